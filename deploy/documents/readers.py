"""`shared/events/published/readers.json`: the event types that each service reads, one service per line."""

import json
from collections.abc import Iterable, Mapping


def text_of(keys: Mapping[str, Iterable[str]]) -> str:
    """Return the file's text: the types of each service as `source.name`."""
    lines = ",\n".join(f"{json.dumps(service)}:{json.dumps(sorted(set(keys[service])))}" for service in sorted(keys))
    return f"{{\n{lines}\n}}\n"

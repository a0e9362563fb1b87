"""`shared/events/published/audiences.json`: what agencies may be told of each type, one type on a line."""

import json
from collections.abc import Sequence

from shared.events.outside import TypeDocument


def text_of(types: Sequence[TypeDocument]) -> str:
    """Return the file's text."""
    lines = ",\n".join(json.dumps(kind, separators=(",", ":"), ensure_ascii=False) for kind in types)
    return f'{{"types":[\n{lines}\n]}}\n'

"""`shared/events/published/audiences.json`: what agencies can receive of each event type, one type per line."""

import json
from collections.abc import Sequence

from shared.events.outside import TypeDocument


def text_of(types: Sequence[TypeDocument]) -> str:
    """Return the file's text."""
    lines = ",\n".join(json.dumps(kind, separators=(",", ":"), ensure_ascii=False) for kind in types)
    return f'{{"types":[\n{lines}\n]}}\n'

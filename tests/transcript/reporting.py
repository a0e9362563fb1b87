"""The report of a comparison: short enough to read, with the data that an entry needs."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from tests.transcript.accepting import Entry, Kind
from tests.transcript.differing import SECTIONS

_WIDTH: Final = 60
#: The number of kinds per section in the report, the most frequent first.
_MOST: Final = 40


def report(
    kinds: Mapping[tuple[str, str, str, str], Kind], accepted: Sequence[Entry], compared: int, *, is_whole: bool
) -> Iterator[str]:
    """Yield the lines of a report: unaccepted differences by section, and the unused entries."""
    histories = set[int]().union(*(kind.histories for kind in kinds.values()))
    count = sum(kind.count for kind in kinds.values())
    yield f"{compared} histories compared: {count} differences that no entry accepts, in {len(histories)} histories."
    yield f"{sum(entry.used for entry in accepted)} differences are accepted by {len(accepted)} entries."
    for section in SECTIONS:
        yield from _section(section, {key: kind for key, kind in kinds.items() if key[0] == section})
    for entry in unused(accepted) if is_whole else ():
        yield f"Unused entry, delete it: {entry}"


def unused(accepted: Sequence[Entry]) -> list[Entry]:
    """Return the entries that accept no difference."""
    return [entry for entry in accepted if not entry.used]


def _section(section: str, kinds: Mapping[tuple[str, str, str, str], Kind]) -> Iterator[str]:
    if not kinds:
        return
    yield ""
    yield f"## {section}: {len(kinds)} kinds"
    by_field: dict[tuple[str, str], list[tuple[str, Kind]]] = defaultdict(list)
    for (_, record, path, change), kind in kinds.items():
        by_field[path, change].append((record, kind))
    groups = sorted(by_field.items(), key=lambda each: (-sum(kind.count for _, kind in each[1]), each[0]))
    for (path, change), records in groups[:_MOST]:
        records.sort(key=lambda each: (-each[1].count, each[0]))
        count = sum(kind.count for _, kind in records)
        histories = set[int]().union(*(kind.histories for _, kind in records))
        yield f"{change} {path or 'whole record'}: {count} in {len(histories)} histories"
        for record, kind in records[:6]:
            yield f"    {kind.count:6} {record}"
        if len(records) > 6:
            yield f"           and {len(records) - 6} others"
        yield f"           such as history {min(records[0][1].histories)}: {_example(records[0][1])}"
    if len(groups) > _MOST:
        yield f"and {len(groups) - _MOST} kinds more"


def _example(kind: Kind) -> str:
    example = kind.example
    if example is None:
        return ""
    sides = [_short(each) for each in (example.old, example.new)]
    return {"added": sides[1], "removed": sides[0]}.get(example.change, f"{sides[0]} -> {sides[1]}")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"

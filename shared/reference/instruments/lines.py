"""Find the line of a key in a TOML file. The parser discards it, and the author of the file needs it."""

import re
from collections.abc import Sequence
from typing import Final

_HEADER: Final = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]{1,2}")
_STEP: Final = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
#: A section of a file: its title, its first line and the line after its last.
_Section = tuple[str, int, int]


def line_of(text: str, path: str) -> int:
    """Return the line, counted from 1, of a path such as `bands[2].from`; for a missing key, that of its section."""
    lines = text.splitlines()
    first, end, keys = _within(_sections(lines), [name or int(number) for name, number in _STEP.findall(path)])
    for key in (key for key in keys if isinstance(key, str)):
        pattern = re.compile(rf"(^|[\s{{,\"]){re.escape(key)}\"?\s*=")
        first = next((number for number in range(first, end) if pattern.search(lines[number])), first)
    return first + 1


def _sections(lines: Sequence[str]) -> list[_Section]:
    """Return the sections of a file in order, starting with the lines before the first title."""
    headers = [(0, "")] + [
        (number, header[1]) for number, line in enumerate(lines) if (header := _HEADER.match(line)) is not None
    ]
    ends = [number for number, _title in headers[1:]] + [len(lines)]
    return [(title, first, end) for (first, title), end in zip(headers, ends, strict=True)]


def _within(sections: list[_Section], steps: list[str | int]) -> tuple[int, int, list[str | int]]:
    """Return the lines of the section that a path leads into, and the rest of the path inside it."""
    for length in range(min(len(steps), 4), 0, -1):
        names, index = steps[:length], 0
        if isinstance(names[-1], int):
            index = names[-1]
        title = ".".join(name for name in names if isinstance(name, str))
        alike = [(first, end) for name, first, end in sections if name == title]
        if index < len(alike):
            return (*alike[index], steps[length:])
    return (*sections[0][1:], steps)

"""The accepted differences, each with a reason; and the differences that remain without them."""

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from tests.transcript.differing import SECTIONS, Difference

FOLDER: Final = Path(__file__).parent
ACCEPTED: Final = FOLDER / "differences.toml"
HISTORY: Final = FOLDER / "history"
_HEAD: Final = (
    "# Differences from the recorded release that are intended, each with its reason. README.md describes the fields.\n"
)
_FIELDS: Final = frozenset(("section", "record", "path", "change", "reason"))


class WrongEntry(ValueError):
    """An entry of the list of differences lacks what it accepts, or the reason."""


@dataclass
class Entry:
    """An accepted difference and its reason.

    Each part of a difference must match a pattern like those of file names.
    """

    reason: str
    section: str = "*"
    record: str = "*"
    path: str = "*"
    change: str = "*"
    used: int = 0

    def accepts(self, difference: Difference) -> bool:
        """Return whether a difference matches the entry."""
        said = (self.section, self.record, self.path, self.change)
        return all(
            fnmatchcase(part, pattern) for part, pattern in zip(difference.kind, map(_literal, said), strict=True)
        )

    def __str__(self) -> str:
        """Return the entry in one line."""
        return f"{self.section} | {self.record} | {self.path or 'whole record'} | {self.change}: {self.reason}"


def _literal(pattern: str) -> str:
    """Escape brackets: many paths contain them."""
    return pattern.replace("[", "[[]")


def entries(path: Path = ACCEPTED) -> list[Entry]:
    """Read the list of accepted differences. Raises `WrongEntry`."""
    found = tomllib.loads(path.read_text(encoding="utf-8")).get("accepted", []) if path.exists() else []
    return [_entry(number, said) for number, said in enumerate(found, start=1)]


def new_codes(path: Path = ACCEPTED) -> frozenset[str]:
    """Read the codes that the recorded release does not have. A history skips items with these codes."""
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return frozenset(found.get("new_codes", ()))


def put_away(release: str) -> None:
    """Store the entries as those that followed a release, and begin an empty list; do nothing if there are none."""
    if release and entries():
        HISTORY.mkdir(exist_ok=True)
        ACCEPTED.rename(HISTORY / f"{release}.toml")
        ACCEPTED.write_text(_HEAD, encoding="utf-8")


def _entry(number: int, said: dict[str, Any]) -> Entry:
    if unknown := said.keys() - _FIELDS:
        raise WrongEntry(f"Entry {number} has the unknown fields {', '.join(sorted(unknown))}.")
    if not str(said.get("reason", "")).strip():
        raise WrongEntry(f"Entry {number} gives no reason. State why the difference is intended.")
    if said.get("section") not in SECTIONS:
        raise WrongEntry(f"Entry {number} names no section. Use one of: {', '.join(SECTIONS)}.")
    return Entry(**said)


@dataclass
class Kind:
    """All differences of one kind."""

    count: int = 0
    histories: set[int] = field(default_factory=set)
    example: Difference | None = None


def unaccepted(found: Iterable[Difference], accepted: Sequence[Entry]) -> dict[tuple[str, str, str, str], Kind]:
    """Group the differences that no entry accepts; count for each entry how many it accepts."""
    kinds: dict[tuple[str, str, str, str], Kind] = defaultdict(Kind)
    for difference in found:
        entry = next((each for each in accepted if each.accepts(difference)), None)
        if entry is not None:
            entry.used += 1
            continue
        kind = kinds[difference.kind]
        kind.count += 1
        kind.histories.add(difference.history)
        kind.example = kind.example or difference
    return dict(kinds)

"""Read data files strictly: missing, mistyped or unknown entries are refused, with their place."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar

from shared.reference.errors import BrokenReference
from shared.reference.leaf import CERTAINTIES, CHECKS, OURS, Certainty, Check

LONGEST_TEXT: Final = 600

Choice = TypeVar("Choice", bound=str)


class Origin(TypedDict):
    """The fields that every leaf has (see Leaf)."""

    source: str
    certainty: Certainty
    check: Check
    read_on: date | None
    from_memory: bool
    effective_from: date
    effective_to: date | None
    layer: str
    note: str


class Table:
    """One table of a file. Each key is read once; `finish` refuses unread keys (misspelled names)."""

    def __init__(self, content: object, place: str) -> None:
        if not isinstance(content, dict):
            raise BrokenReference(place, "must be a table")
        self._left: dict[str, object] = dict(content)
        self.place = place

    def at(self, key: str) -> str:
        """Return the place of a key, for a message."""
        return f"{self.place}.{key}"

    def has(self, key: str) -> bool:
        """Return whether the key exists and has not been read."""
        return key in self._left

    def text(self, key: str, default: str | None = None) -> str:
        """Read a non-empty text. A default applies only if one is given."""
        value = self._take(key, default)
        if not isinstance(value, str) or (value != default and not value.strip()) or len(value) > LONGEST_TEXT:
            raise BrokenReference(self.at(key), "must be a text, not empty")
        return value

    def optional_text(self, key: str) -> str | None:
        """Read a text; None if the key is missing."""
        return self.text(key) if self.has(key) else None

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Read a boolean."""
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise BrokenReference(self.at(key), "must be true or false")
        return value

    def number(self, key: str) -> int:
        """Read a whole number."""
        value = self._take(key, None)
        return self._whole(value, key)

    def numbers(self, key: str) -> tuple[int, ...]:
        """Read whole numbers, perhaps none."""
        return tuple(self._whole(value, key) for value in self._list(key))

    def triples(self, key: str) -> tuple[tuple[int, int, int], ...]:
        """Read lists of three whole numbers each."""
        triples = []
        for value in self._list(key):
            if not isinstance(value, list) or len(value) != len((0, 0, 0)):
                raise BrokenReference(self.at(key), "must hold lists of three whole numbers")
            first, second, third = (self._whole(number, key) for number in value)
            triples.append((first, second, third))
        return tuple(triples)

    def texts(self, key: str, *, default: tuple[str, ...] | None = None, empty: bool = False) -> tuple[str, ...]:
        """Read distinct texts. An empty list is allowed only by the default or by `empty`."""
        if default is not None and not self.has(key):
            return default
        values = self._list(key)
        if not all(isinstance(value, str) and value.strip() == value != "" for value in values):
            raise BrokenReference(self.at(key), "must be a list of texts, none empty")
        if len(set(values)) != len(values):
            raise BrokenReference(self.at(key), "holds a value twice")
        if not values and default is None and not empty:
            raise BrokenReference(self.at(key), "must not be empty")
        return tuple(values)

    def day(self, key: str) -> date:
        """Read a date."""
        value = self._take(key, None)
        if not isinstance(value, date) or isinstance(value, datetime):
            raise BrokenReference(self.at(key), "must be a date")
        return value

    def choice(self, key: str, allowed: tuple[Choice, ...]) -> Choice:
        """Read one of the allowed values."""
        value = self._take(key, None)
        for candidate in allowed:
            if candidate == value:
                return candidate
        raise BrokenReference(self.at(key), f"must be one of {', '.join(allowed)}")

    def table(self, key: str) -> "Table":
        """Read a nested table."""
        return Table(self._take(key, None), self.at(key))

    def tables(self, key: str) -> list["Table"]:
        """Read a list of tables, perhaps empty."""
        if not self.has(key):
            return []
        return [Table(value, f"{self.at(key)}[{number}]") for number, value in enumerate(self._list(key))]

    def names(self) -> list[str]:
        """Return the unread keys, in the order of the file."""
        return list(self._left)

    def finish(self) -> None:
        """Refuse keys that were not read."""
        if self._left:
            raise BrokenReference(self.place, f"has unknown keys: {', '.join(sorted(self._left))}")

    def _take(self, key: str, default: object) -> object:
        if key not in self._left and default is None:
            raise BrokenReference(self.at(key), "is missing")
        return self._left.pop(key, default)

    def _list(self, key: str) -> list[Any]:
        value = self._take(key, None)
        if not isinstance(value, list):
            raise BrokenReference(self.at(key), "must be a list")
        return value

    def _whole(self, value: object, key: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise BrokenReference(self.at(key), "must be a whole number")
        return value


def read(path: Path) -> Table:
    """Open a data file. Raises BrokenReference if it is missing or not TOML."""
    try:
        return Table(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except FileNotFoundError as error:
        raise BrokenReference(path.name, "is missing") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BrokenReference(path.name, f"is no TOML file: {error}") from error


def origin(table: Table, layer: str) -> Origin:
    """Read source, certainty and dates of a table. Raises BrokenReference for missing or contradictory ones."""
    source, certainty = table.text("source"), table.choice("certainty", CERTAINTIES)
    provenance = Origin(
        source=source,
        certainty=certainty,
        check="nobody" if certainty == "settled" else table.choice("check", tuple(CHECKS)),
        read_on=table.day("read_on") if table.has("read_on") else None,
        from_memory=table.flag("from_memory", default=False),
        effective_from=table.day("effective_from"),
        effective_to=table.day("effective_to") if table.has("effective_to") else None,
        layer=layer,
        note=table.text("note", default=""),
    )
    if certainty != "settled" and provenance["check"] == "nobody":
        raise BrokenReference(table.at("check"), "must say who should check what is not settled")
    if not source.startswith(OURS) and (provenance["read_on"] is None) != provenance["from_memory"]:
        raise BrokenReference(table.place, "read_on or from_memory is missing: it was read on a day, or is from memory")
    if provenance["effective_to"] is not None and provenance["effective_to"] < provenance["effective_from"]:
        raise BrokenReference(table.place, "ends before it begins")
    return provenance

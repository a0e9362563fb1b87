"""Code lists: the allowed values of a field, each part with its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args

from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin, read

LISTS: Final = Path(__file__).parent / "lists"

NOT_KNOWN: Final = ("unknown", "not_asked", "prefer_not_to_say")
"""Three different silences: nobody knows, nobody asked, and the person chose not to say."""

About = Literal["person", "work", "exchange"]


@dataclass(frozen=True, kw_only=True)
class Part(Leaf):
    """Values of a list that share a source; `attribution` if its licence requires one.

    Values that are not `taken` are retired: they can still be read, but not recorded. Values in `danger` mean that a
    person is in danger: each field that accepts them needs a row in `danger.toml`. `law`: the country or the layer
    (`EU`) in whose law the values are; None: they are in no law. A refusal of values in `asylum` is challenged as a
    refusal of asylum is.
    """

    values: tuple[str, ...]
    attribution: str | None
    taken: bool = True
    danger: tuple[str, ...] = ()
    law: str | None = None
    asylum: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CodeList:
    """A named list of codes.

    A list `about` a person, or about what was done to them, also accepts the three silences. Lists about our own work
    do not, nor do those for the exchange with others, which are used as published. A `public` list can be read by
    everyone.
    """

    name: str
    about: About
    parts: tuple[Part, ...]
    public: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """Return every code of the list, in the order of the file, retired ones included, the silences last."""
        own = tuple(value for part in self.parts for value in part.values)
        return own + tuple(value for value in NOT_KNOWN if self.about == "person" and value not in own)

    @property
    def taken(self) -> tuple[str, ...]:
        """Return every code that can be recorded today, in the order of the list."""
        old = {value for part in self.parts if not part.taken for value in part.values}
        return tuple(value for value in self.values if value not in old)

    @property
    def danger(self) -> frozenset[str]:
        """Return every code that means that a person is in danger."""
        return frozenset(value for part in self.parts for value in part.danger)

    @property
    def laws(self) -> Mapping[str, str]:
        """Return the law of each code that is in one: a country, or a layer such as `EU`."""
        return {value: part.law for part in self.parts if part.law is not None for value in part.values}

    @property
    def asylum(self) -> frozenset[str]:
        """Return every code whose refusal is challenged as a refusal of asylum is."""
        return frozenset(value for part in self.parts for value in part.asylum)

    @property
    def attribution(self) -> tuple[str, ...]:
        """Return the attributions that are required when the list is shown or passed on."""
        return tuple(dict.fromkeys(part.attribution for part in self.parts if part.attribution is not None))

    def contains(self, code: str, on: date | None = None) -> bool:
        """Return whether the list has the code; with a day, whether it had it then."""
        if self.about == "person" and code in NOT_KNOWN:
            return True
        return any(code in part.values and (on is None or part.in_force(on)) for part in self.parts)

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and self.contains(code)

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)


def load_lists(folder: Path = LISTS) -> Mapping[str, CodeList]:
    """Read every list of a folder. Raises BrokenReference with the file and the place."""
    lists: dict[str, CodeList] = {}
    for path in sorted(folder.glob("*.toml")):
        content = read(path)
        for name in content.names():
            if name in lists:
                raise BrokenReference(content.at(name), "is a list that another file has already")
            lists[name] = _code_list(name, content.table(name))
    if not lists:
        raise BrokenReference(folder.name, "holds no code lists")
    return MappingProxyType(lists)


def _code_list(name: str, table: Table) -> CodeList:
    about = table.choice("about", get_args(About))
    public = table.flag("public", default=False)
    parts = tuple(_part(part, name) for part in table.tables("parts"))
    if not parts:
        raise BrokenReference(table.place, "has no parts")
    table.finish()
    values = [value for part in parts for value in part.values]
    if len(set(values)) != len(values):
        raise BrokenReference(table.place, "holds a value twice")
    return CodeList(name=name, about=about, parts=parts, public=public)


def _part(table: Table, name: str) -> Part:
    part = Part(
        values=table.texts("values"),
        attribution=table.optional_text("attribution"),
        taken=table.flag("taken", default=True),
        danger=table.texts("danger", default=()),
        law=table.optional_text("law"),
        asylum=table.texts("asylum", default=()),
        **origin(table, name),
    )
    table.finish()
    if not set(part.danger) <= set(part.values):
        raise BrokenReference(table.at("danger"), "has a value that this part does not have")
    if not set(part.asylum) <= set(part.values):
        raise BrokenReference(table.at("asylum"), "has a value that this part does not have")
    return part

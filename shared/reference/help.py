"""Help for a person in a country, independent of any decision about them: numbers to call, and contact addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin

HelpKind = Literal["emergency", "helpline", "organisation"]
#: The longest phone number or web address.
_LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True)
class HelpPlace(Leaf):
    """An organisation that helps: a number, a web address, or both. An unconfirmed one is marked."""

    code: str
    kind: HelpKind
    name: str
    phone: str | None
    web: str | None


def read_help(file: Table, layer: str) -> Mapping[str, HelpPlace]:
    """Read the places of a profile's file. Raises BrokenReference."""
    if not file.has("help"):
        return MappingProxyType({})
    section = file.table("help")
    return MappingProxyType({code: _place(code, section.table(code), layer) for code in section.names()})


def _place(code: str, table: Table, layer: str) -> HelpPlace:
    leaf = HelpPlace(
        code=code,
        kind=table.choice("kind", get_args(HelpKind)),
        name=table.text("name"),
        phone=table.optional_text("phone"),
        web=table.optional_text("web"),
        **origin(table, layer),
    )
    table.finish()
    if leaf.phone is None and leaf.web is None:
        raise BrokenReference(table.place, "says neither where to call nor where to write")
    if any(len(way) > _LONGEST for way in (leaf.phone, leaf.web) if way is not None):
        raise BrokenReference(table.place, "has a number or address that is too long")
    return leaf

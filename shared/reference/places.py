"""What a profile states about its country: the country itself, its currency, and the legal bases of its law."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin

BasisKind = Literal["residence", "legal_aid", "non_punishment"]
#: The code list of each kind of legal basis.
LISTS_OF_BASES: Final[Mapping[BasisKind, str]] = {
    "residence": "residence_ground",
    "legal_aid": "legal_aid_basis",
    "non_punishment": "non_punishment_basis",
}


@dataclass(frozen=True, kw_only=True)
class Place(Leaf):
    """The country of a profile (ISO 3166-1), its currency (ISO 4217), and a region for fictitious sessions.

    `order`: the position of a shipped profile in lists.
    """

    country: str
    currency: str
    region: str
    order: int | None


@dataclass(frozen=True, kw_only=True)
class Basis(Leaf):
    """A legal basis of leave, legal aid or non-punishment in this law, such as `IE.PERMISSION`.

    `asylum`: a refusal is challenged as a refusal of asylum is.
    """

    code: str
    kinds: tuple[BasisKind, ...]
    asylum: bool

    @property
    def law(self) -> str:
        """Return the country or layer in whose law it is."""
        return self.code.partition(".")[0]


def read_place(file: Table, layer: str) -> Place | None:
    """Read the section `[jurisdiction]`; None if the file is no profile. Raises `BrokenReference`."""
    if not file.has("jurisdiction"):
        return None
    table = file.table("jurisdiction")
    leaf = Place(
        country=table.text("country"),
        currency=table.text("currency"),
        region=table.text("region"),
        order=table.number("order") if table.has("order") else None,
        **origin(table, layer),
    )
    if not (len(leaf.country) == len("GB") and leaf.country.isascii() and leaf.country.isupper()):
        raise BrokenReference(table.at("country"), "must be the two letters of ISO 3166-1, such as IE")
    if layer != leaf.country and not layer.startswith(f"{leaf.country}-"):
        raise BrokenReference(table.at("country"), "must be the beginning of the profile's code: IE, or IE-D")
    if not (len(leaf.currency) == len("GBP") and leaf.currency.isascii() and leaf.currency.isupper()):
        raise BrokenReference(table.at("currency"), "must be the three letters of ISO 4217, such as EUR")
    if not leaf.region.startswith(f"{leaf.country}-"):
        raise BrokenReference(table.at("region"), "must be a region of the country by ISO 3166-2, such as IE-D")
    table.finish()
    return leaf


def read_bases(file: Table, layer: str) -> Mapping[str, Basis]:
    """Read the legal bases of a file, by their codes. Raises `BrokenReference`."""
    if not file.has("bases"):
        return {}
    table = file.table("bases")
    return {code: _basis(code, table.table(code), layer) for code in table.names()}


def _basis(code: str, table: Table, layer: str) -> Basis:
    names = table.texts("kinds")
    kinds = tuple(kind for kind in get_args(BasisKind) if kind in names)
    if len(kinds) != len(names):
        raise BrokenReference(table.at("kinds"), f"must be of {', '.join(get_args(BasisKind))}")
    if "." not in code:
        raise BrokenReference(table.place, f"must begin with the country or the file: {layer}.{code}")
    leaf = Basis(code=code, kinds=kinds, asylum=table.flag("asylum", default=False), **origin(table, layer))
    table.finish()
    return leaf

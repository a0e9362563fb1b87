"""Entitlements of a person at a stage: when they begin, how long they last, how they are extended, what follows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from shared.reference.codelists import CodeList
from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.reading import Table, origin

EntitlementKind = Literal["minimum", "maximum", "open"]
#: Each field that holds codes, with its code list.
_LISTS: Final[Mapping[str, str]] = {
    "starts": "entitlement_start",
    "ends_with": "entitlement_end",
    "prolonged_by": "entitlement_prolonging",
}


@dataclass(frozen=True, kw_only=True)
class Entitlement(Leaf):
    """An entitlement of a person at a stage. Its end is never automatic: staff are reminded to arrange what follows.

    `days`: calendar days after its first one, at least or at most; None: no number of days ends it. `ask_within`:
    calendar days after its first one within which to request an extension; `ask_before`: calendar days before its last
    one. `warn_days`: how many days before its last one staff are reminded of what follows. `then`: the entitlements of
    the profile that can follow. `stages`: stages of the official path, after which staff are asked whether the person
    has it; empty: after none. `outcomes`: only after a decision with one of these outcomes; empty: after each.
    `clock`: the period of the profile that counts its days; None: no period does.
    """

    code: str
    kind: EntitlementKind
    starts: str
    days: int | None
    ends_with: str
    prolonged_by: str | None
    ask_within: int | None
    ask_before: int | None
    warn_days: tuple[int, ...]
    then: tuple[str, ...]
    stages: tuple[str, ...]
    outcomes: tuple[str, ...]
    clock: str | None


def read_entitlements(file: Table, layer: str) -> Mapping[str, Entitlement]:
    """Read the entitlements of a profile's file. Raises BrokenReference."""
    if not file.has("entitlements"):
        return MappingProxyType({})
    section = file.table("entitlements")
    return MappingProxyType({code: _entitlement(code, section.table(code), layer) for code in section.names()})


def check_entitlements(
    place: str,
    entitlements: Mapping[str, Entitlement],
    lists: Mapping[str, CodeList],
    *,
    stages: Mapping[str, Collection[str]],
    clocks: Collection[str],
) -> None:
    """Raise BrokenReference for an entitlement with an unlisted code, or that names what the profile does not have.

    `stages`: the outcomes of each stage of the profile. `clocks`: the codes of its periods.
    """
    for leaf in entitlements.values():
        where = f"{place}: entitlements.{leaf.code}"
        for field, code_list in _LISTS.items():
            code = getattr(leaf, field)
            if code is not None and code not in lists[code_list]:
                raise BrokenReference(f"{where}.{field}", f"refers to {code!r}, which is not of the list {code_list}")
        if any(code not in entitlements for code in leaf.then):
            raise BrokenReference(f"{where}.then", "names what the profile has not")
        if any(stage not in stages for stage in leaf.stages):
            raise BrokenReference(f"{where}.stages", "names a stage that the profile does not have")
        known = {outcome for stage in leaf.stages for outcome in stages[stage]}
        if not known.issuperset(leaf.outcomes):
            raise BrokenReference(f"{where}.outcomes", "names an outcome that none of its stages has")
        if leaf.clock is not None and leaf.clock not in clocks:
            raise BrokenReference(f"{where}.clock", "names a period that the profile does not have")
        if (leaf.days is None) != (leaf.kind == "open"):
            raise BrokenReference(f"{where}.days", "belongs to a minimum or a maximum, and to nothing else")


def _entitlement(code: str, table: Table, layer: str) -> Entitlement:
    leaf = Entitlement(
        code=code,
        kind=table.choice("kind", get_args(EntitlementKind)),
        starts=table.text("starts"),
        days=_days(table, "days"),
        ends_with=table.text("ends_with"),
        prolonged_by=table.optional_text("prolonged_by"),
        ask_within=_days(table, "ask_within"),
        ask_before=_days(table, "ask_before"),
        warn_days=table.numbers("warn_days") if table.has("warn_days") else (),
        then=table.texts("then", default=()),
        stages=table.texts("stages", default=()),
        outcomes=table.texts("outcomes", default=()),
        clock=table.optional_text("clock"),
        **origin(table, layer),
    )
    table.finish()
    return leaf


def _days(table: Table, key: str) -> int | None:
    return table.number(key) if table.has(key) else None

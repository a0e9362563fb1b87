"""Code lists that follow from the profiles: those with the codes of the law, and those that a profile extends."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from shared.reference.codelists import CodeList, Part
from shared.reference.errors import BrokenReference
from shared.reference.indicators import IndicatorSet
from shared.reference.leaf import Leaf
from shared.reference.places import LISTS_OF_BASES
from shared.reference.profiles import Profile

_OF_PERSONS: Final = ("operational_indicator",)
#: Former codes of periods that were renamed. Old events contain them forever.
FORMER: Final = {"EU.COE_RECOVERY_MIN": "COE.RECOVERY_MIN"}


def derived_lists(
    files: Mapping[str, CodeList], profiles: Iterable[Profile], indicators: Iterable[IndicatorSet]
) -> dict[str, CodeList]:
    """Return the lists that follow from the profiles and the sets of indicators (stages, authorities, ...)."""
    profiles = list(profiles)
    return {
        **_extended(files, profiles),
        "jurisdiction": _of_profiles("jurisdiction", [(profile.time, profile.code) for profile in profiles]),
        "identification_stage": _of_profiles(
            "identification_stage", [(leaf, leaf.code) for profile in profiles for leaf in profile.stages.values()]
        ),
        "authority": _of_profiles(
            "authority", [(leaf, leaf.code) for profile in profiles for leaf in profile.authorities.values()]
        ),
        "remedy": _of_profiles(
            "remedy", [(leaf, leaf.code) for profile in profiles for leaf in profile.remedies.values()]
        ),
        "residence": _of_profiles(
            "residence", [(leaf, leaf.code) for profile in profiles for leaf in profile.residence.values()]
        ),
        "entitlement": _of_profiles(
            "entitlement", [(leaf, leaf.code) for profile in profiles for leaf in profile.entitlements.values()]
        ),
        "operational_indicator": _of_profiles(
            "operational_indicator",
            [
                (leaf, code)
                for indicator_set in indicators
                for leaf in indicator_set.dimensions.values()
                for code in leaf.indicators
            ],
        ),
        "clock_code": _with_former(
            _of_profiles(
                "clock_code", [(rules[-1], code) for profile in profiles for code, rules in profile.clocks.items()]
            )
        ),
    }


# control: H-CONFIDENTIALITY-12 one-audience-for-a-code
def audiences_of_periods(profiles: Iterable[Profile]) -> dict[str, str]:
    """Return the audience of each period that states one, by its code, former codes included.

    Raises `BrokenReference` if profiles state different ones for the same code: an event names the code only.
    """
    stated = _agreed(
        "clocks", ((law, code, rules[-1].audience) for law in profiles for code, rules in law.clocks.items())
    )
    return stated | {before: stated[now] for before, now in FORMER.items() if now in stated}


def audiences_of_stages(profiles: Iterable[Profile]) -> dict[str, str]:
    """Return the audience of each stage that states one, by its code.

    Raises `BrokenReference` if profiles state different ones for the same code: an event names the code only.
    """
    return _agreed("stages", ((law, code, leaf.audience) for law in profiles for code, leaf in law.stages.items()))


def audiences_of_remedies(profiles: Iterable[Profile]) -> dict[str, str]:
    """Return the audience of each remedy, by its code. Raises `BrokenReference` as for the stages."""
    return _agreed("remedies", ((law, code, leaf.audience) for law in profiles for code, leaf in law.remedies.items()))


def matters_of_remedies(profiles: Iterable[Profile]) -> dict[str, str]:
    """Return the type of matter of each remedy that states one, by its code. Raises `BrokenReference` likewise."""
    stated = ((law, code, leaf.matter) for law in profiles for code, leaf in law.remedies.items())
    return _agreed("remedies", stated, "matter")


def remedies_of_periods(profiles: Iterable[Profile]) -> dict[str, frozenset[str]]:
    """Return the remedies that each period concerns, by its code: those that it limits, and whose claims it follows.

    A period that concerns no remedy is missing.
    """
    found: dict[str, set[str]] = {}
    for law in profiles:
        for remedy in law.remedies.values():
            if remedy.clock is not None:
                found.setdefault(remedy.clock, set()).add(remedy.code)
        for code, rules in law.clocks.items():
            named = {
                remedy
                for rule in rules
                for trigger in (*rule.starts, *rule.ends)
                for remedy in trigger.where.get("remedy", ())
            }
            if named:
                found.setdefault(code, set()).update(named)
    _follow_challenges(found, profiles)
    return {code: frozenset(remedies) for code, remedies in found.items()}


def _follow_challenges(found: dict[str, set[str]], profiles: Iterable[Profile]) -> None:
    """Add the challenges of decisions about claims: a challenge against a challenge concerns the same remedies.

    A period that can also start otherwise, such as the judicial review of any decision, concerns no remedy by this.
    """
    starts: dict[str, list[Mapping[str, Collection[str]]]] = {}
    for law in profiles:
        for code, rules in law.clocks.items():
            starts.setdefault(code, []).extend(start.where for rule in rules for start in rule.starts)
    for _step in starts:
        for code, each in starts.items():
            followed = [_claims_of(where, found) for where in each]
            if followed and all(followed):
                found.setdefault(code, set()).update(*followed)


def _claims_of(where: Mapping[str, Collection[str]], found: Mapping[str, set[str]]) -> set[str]:
    """Return the remedies that a start of a period names; empty if it can also be about something else."""
    challenges = [found.get(name, set()) for name in where.get("challenge", ())]
    followed = set[str]().union(*challenges) if all(challenges) else set()
    return {*where.get("remedy", ()), *followed}


def _agreed(section: str, stated: Iterable[tuple[Profile, str, str | None]], field: str = "audience") -> dict[str, str]:
    found: dict[str, str | None] = {}
    for law, code, audience in stated:
        if found.setdefault(code, audience) != audience:
            raise BrokenReference(
                f"{law.code}: {section}.{code}.{field}",
                f"must be {found[code]!r}, as in another profile with this code. State that, or use a code of your own",
            )
    return {code: audience for code, audience in found.items() if audience is not None}


def _extended(files: Mapping[str, CodeList], profiles: list[Profile]) -> dict[str, CodeList]:
    """Return the lists of the files to which profiles add: their legal bases and their currency."""
    parts: dict[str, dict[str, Part]] = {}
    for law in profiles:
        parts.setdefault("currency", {}).setdefault(law.place.currency, _part(law.place, law.place.currency))
        for basis in law.bases.values():
            asylum = (basis.code,) if basis.asylum else ()
            for kind in basis.kinds:
                part = replace(_part(basis, basis.code), law=basis.law, asylum=asylum)
                parts.setdefault(LISTS_OF_BASES[kind], {}).setdefault(basis.code, part)
    return {name: _with_parts(files[name], of_list) for name, of_list in parts.items()}


def _with_parts(code_list: CodeList, parts: Mapping[str, Part]) -> CodeList:
    added = tuple(part for code, part in parts.items() if code not in code_list.values)
    return replace(code_list, parts=(*code_list.parts, *added)) if added else code_list


def _of_profiles(name: str, entries: list[tuple[Leaf, str]]) -> CodeList:
    """Return a code list derived from the profiles.

    Each code has the source of its leaf, so the two can't drift apart.
    """
    leaves: dict[str, Leaf] = {}
    for leaf, code in entries:
        leaves.setdefault(code, leaf)
    parts = tuple(_part(leaf, code) for code, leaf in leaves.items())
    return CodeList(
        name=name, about="person" if name in _OF_PERSONS else "work", parts=parts, public=name not in _OF_PERSONS
    )


def _part(leaf: Leaf, code: str) -> Part:
    return Part(
        values=(code,),
        attribution=None,
        source=leaf.source,
        certainty=leaf.certainty,
        check=leaf.check,
        read_on=leaf.read_on,
        from_memory=leaf.from_memory,
        effective_from=leaf.effective_from,
        effective_to=leaf.effective_to,
        layer=leaf.layer,
        note=leaf.note,
    )


def _with_former(code_list: CodeList) -> CodeList:
    """Return the list with the former names of some codes, which can be read but not recorded."""
    parts = {part.values[0]: part for part in code_list.parts}
    former = [
        replace(parts[now], values=(before,), taken=False, note=f"Named {now} since.") for before, now in FORMER.items()
    ]
    return replace(code_list, parts=(*code_list.parts, *former))

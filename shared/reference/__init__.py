"""Published code lists and jurisdiction profiles: dated, sourced data in TOML files, read once and frozen.

`codes` gives a code list, `profile` a jurisdiction with what it inherits (the Convention for all, the Union's law for
NL and RO, the United Kingdom's for its three parts), `deadline` a due date. A file that is wrong in any way raises
BrokenReference when it is read; `load_all` reads everything at once, so that a process can refuse to start.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.reference.assembly import load_profile
from shared.reference.authority_ids import id_of_authority
from shared.reference.calculation import Calculation, calculate, rule_as_data
from shared.reference.clock_rules import UNASKED, ChildWay, ClockKind, ClockRule, Ending, Keeper, Reading, Trigger
from shared.reference.codelists import NOT_KNOWN, CodeList, Part, load_lists
from shared.reference.deadlines import Deadline, deadline
from shared.reference.doubt_questions import question_of
from shared.reference.doubts import DOUBTS, certainty_of, words_of
from shared.reference.entitlements import Entitlement
from shared.reference.errors import BrokenReference, UnknownCodeList, UnknownJurisdiction, UnknownRule
from shared.reference.help import HelpPlace
from shared.reference.indicators import IndicatorSet, Weighed, Weighing, load_indicators, weigh
from shared.reference.leaf import CHECKS, Certainty, Check, Leaf
from shared.reference.mappings import CodeMapping, load_mappings
from shared.reference.other_periods import OtherPeriod
from shared.reference.profiles import (
    CHILDREN,
    Authority,
    Consent,
    DutyToNotify,
    FirstResponders,
    Profile,
    Remedy,
    RemedyConflict,
    Residence,
    Right,
    Stage,
    StageKind,
    StartsOn,
)
from shared.reference.readings import Counted, by_each_reading, count_all, in_order
from shared.reference.reviews import REVIEWS, Review, load_reviews
from shared.reference.statements import Statement, of_lists, of_others, of_profile

__all__ = [
    "CHECKS",
    "CHILDREN",
    "DOUBTS",
    "JURISDICTIONS",
    "NOT_KNOWN",
    "UNASKED",
    "Authority",
    "BrokenReference",
    "Calculation",
    "Certainty",
    "Check",
    "ChildWay",
    "ClockKind",
    "ClockRule",
    "CodeList",
    "CodeMapping",
    "Consent",
    "Counted",
    "Deadline",
    "DutyToNotify",
    "Ending",
    "Entitlement",
    "FirstResponders",
    "HelpPlace",
    "IndicatorSet",
    "Keeper",
    "Leaf",
    "OtherPeriod",
    "Part",
    "Profile",
    "Reading",
    "Remedy",
    "RemedyConflict",
    "Residence",
    "Review",
    "Right",
    "Stage",
    "StageKind",
    "StartsOn",
    "Statement",
    "Trigger",
    "UnknownCodeList",
    "UnknownJurisdiction",
    "UnknownRule",
    "Weighed",
    "Weighing",
    "all_statements",
    "by_each_reading",
    "calculate",
    "certainty_of",
    "code_lists",
    "codes",
    "count_all",
    "danger",
    "deadline",
    "id_of_authority",
    "in_order",
    "indicator_set",
    "instruments",
    "load_all",
    "mappings",
    "profile",
    "published_indicators",
    "question_of",
    "reviews",
    "rule_as_data",
    "weigh",
    "words",
    "words_of",
]

_OF_PERSONS: Final = ("operational_indicator",)
#: Former codes of periods that were renamed. Old events contain them forever.
_FORMER: Final = {"EU.COE_RECOVERY_MIN": "COE.RECOVERY_MIN"}
JURISDICTIONS: Final = ("GB-EAW", "NL", "RO", "GB-SCT", "GB-NIR")


def codes(name: str) -> CodeList:
    """Return a code list by its name. Raises UnknownCodeList."""
    lists = code_lists()
    if name not in lists:
        raise UnknownCodeList(f"There is no code list {name!r}.")
    return lists[name]


def profile(code: str) -> Profile:
    """Return the profile of a jurisdiction. Raises UnknownJurisdiction."""
    if code not in JURISDICTIONS:
        raise UnknownJurisdiction(f"There is no profile of that jurisdiction; there are {', '.join(JURISDICTIONS)}.")
    return _profile(code)


def indicator_set(name: str) -> IndicatorSet:
    """Return a published set of indicators by its name. Raises UnknownCodeList."""
    if name not in _indicators():
        raise UnknownCodeList(f"There is no set of indicators {name!r}.")
    return _indicators()[name]


@cache
def code_lists() -> Mapping[str, CodeList]:
    """Return every code list: those of the files, and those derived from the profiles (stages, authorities, ...)."""
    profiles = [_profile(code) for code in JURISDICTIONS]
    return MappingProxyType(
        {
            **_files(),
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
                    for indicator_set in _indicators().values()
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
    )


def load_all() -> None:
    """Read and check every list, profile, set of indicators and mapping. Raises BrokenReference."""
    code_lists()
    mappings()
    reviews()


def all_statements() -> list[Statement]:
    """Return every statement of the profiles, the lists of the files, the sets of indicators and the mappings."""
    profiles = [statement for code in JURISDICTIONS for statement in of_profile(profile(code))]
    return [*profiles, *of_lists(_files().values()), *of_others((*_indicators().values(), *mappings().values()))]


def reviews(*others: Path) -> Mapping[str, tuple[Review, ...]]:
    """Return the shipped reviews of each statement and those of other files, by its name. Raises BrokenReference."""
    return load_reviews(all_statements(), REVIEWS, *others)


def published_indicators() -> Mapping[str, IndicatorSet]:
    """Return every published set of indicators, by its name."""
    return _indicators()


@cache
def mappings() -> Mapping[str, CodeMapping]:
    """Return every mapping from a code list to another organisation's codes, by its name."""
    return load_mappings(_files())


@cache
def _files() -> Mapping[str, CodeList]:
    return load_lists()


@cache
def _indicators() -> Mapping[str, IndicatorSet]:
    return load_indicators()


@cache
def _profile(code: str) -> Profile:
    return load_profile(code, _files())


def _of_profiles(name: str, entries: list[tuple[Leaf, str]]) -> CodeList:
    """Return a code list derived from the profiles.

    Each code has the source of its leaf, so the two can't drift apart.
    """
    leaves: dict[str, Leaf] = {}
    for leaf, code in entries:
        leaves.setdefault(code, leaf)
    parts = tuple(
        Part(
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
        for code, leaf in leaves.items()
    )
    return CodeList(
        name=name, about="person" if name in _OF_PERSONS else "work", parts=parts, public=name not in _OF_PERSONS
    )


def _with_former(code_list: CodeList) -> CodeList:
    """Return the list with the former names of some codes, which can be read but not recorded."""
    parts = {part.values[0]: part for part in code_list.parts}
    former = [
        replace(parts[now], values=(before,), taken=False, note=f"Named {now} since.")
        for before, now in _FORMER.items()
    ]
    return replace(code_list, parts=(*code_list.parts, *former))

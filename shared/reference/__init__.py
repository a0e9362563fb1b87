"""Published code lists and jurisdiction profiles: dated, sourced data in TOML files, read once and frozen.

`codes` gives a code list, `profile` a jurisdiction with what it inherits (the Convention for all, the Union's law for
NL and RO, the United Kingdom's for its three parts), `deadline` a due date. An installation can mount more profiles
(CASEPATH_PROFILES). A file that is wrong in any way raises
BrokenReference when it is read; `load_all` reads everything at once, so that a process can refuse to start.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from shared.reference import grouping, profile_files
from shared.reference.assembly import load_profile
from shared.reference.authority_ids import id_of_authority
from shared.reference.calculation import Calculation, calculate, rule_as_data
from shared.reference.clock_rules import UNASKED, ChildWay, ClockKind, ClockRule, Ending, Keeper, Reading, Trigger
from shared.reference.codelists import NOT_KNOWN, CodeList, Part, load_lists
from shared.reference.deadlines import Deadline, deadline
from shared.reference.derived_lists import (
    audiences_of_periods,
    audiences_of_remedies,
    audiences_of_stages,
    derived_lists,
    matters_of_remedies,
    remedies_of_periods,
)
from shared.reference.doubt_questions import question_of
from shared.reference.doubts import DOUBTS, certainty_of, words_of
from shared.reference.entitlements import Entitlement
from shared.reference.errors import BrokenReference, UnknownCodeList, UnknownJurisdiction, UnknownRule
from shared.reference.help import HelpPlace
from shared.reference.indicators import IndicatorSet, Weighed, Weighing, load_indicators, weigh
from shared.reference.leaf import CHECKS, Certainty, Check, Leaf
from shared.reference.mappings import CodeMapping, load_mappings
from shared.reference.other_periods import OtherPeriod
from shared.reference.places import LISTS_OF_BASES, Basis, Place
from shared.reference.practice import RECORD_CLASSES, WITHDRAWAL_ANSWER
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
    "LISTS_OF_BASES",
    "NOT_KNOWN",
    "RECORD_CLASSES",
    "UNASKED",
    "WITHDRAWAL_ANSWER",
    "Authority",
    "Basis",
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
    "Place",
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
    "grouping",
    "id_of_authority",
    "in_order",
    "indicator_set",
    "instruments",
    "load_all",
    "mappings",
    "period_audiences",
    "period_remedies",
    "profile",
    "published_indicators",
    "question_of",
    "remedy_audiences",
    "remedy_matters",
    "reviews",
    "rule_as_data",
    "stage_audiences",
    "weigh",
    "words",
    "words_of",
]

#: The profiles of this process: shipped ones, then those of the folder in CASEPATH_PROFILES.
JURISDICTIONS: Final = profile_files.installed().codes()


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
    return MappingProxyType({**_files(), **derived_lists(_files(), profiles, _indicators().values())})


@cache
def period_audiences() -> Mapping[str, str]:
    """Return which agencies can receive the events of each period, by its code. A missing code is sent to none."""
    return audiences_of_periods(_profile(code) for code in JURISDICTIONS)


@cache
def stage_audiences() -> Mapping[str, str]:
    """Return which agencies can receive the events of each stage, by its code. A missing code is sent to none."""
    return audiences_of_stages(_profile(code) for code in JURISDICTIONS)


@cache
def remedy_audiences() -> Mapping[str, str]:
    """Return which agencies can receive the events of claims for each remedy, by its code."""
    return audiences_of_remedies(_profile(code) for code in JURISDICTIONS)


@cache
def remedy_matters() -> Mapping[str, str]:
    """Return the type of matter of each remedy that states one, by its code."""
    return matters_of_remedies(_profile(code) for code in JURISDICTIONS)


@cache
def period_remedies() -> Mapping[str, frozenset[str]]:
    """Return the remedies that each period concerns, by its code. A period that concerns none is missing."""
    return remedies_of_periods([_profile(code) for code in JURISDICTIONS])


def load_all() -> None:
    """Read and check every list, profile, set of indicators and mapping. Raises BrokenReference.

    A file that no profile uses is broken too: its law would silently not apply.
    """
    files = profile_files.installed()
    files.check()
    profile_files.check_reached(files, {layer for code in JURISDICTIONS for layer in _profile(code).layers})
    code_lists()
    period_audiences()
    stage_audiences()
    remedy_audiences()
    remedy_matters()
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
    return load_profile(code, _files(), profile_files.installed())

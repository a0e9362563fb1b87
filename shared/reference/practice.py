"""Law and good practice outside the official path: majority, retention of files, review of risk."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.reference.clock_tables import known_length
from shared.reference.codelists import CodeList
from shared.reference.errors import BrokenReference
from shared.reference.leaf import Leaf
from shared.reference.other_periods import OtherPeriod
from shared.reference.periods import Length
from shared.reference.reading import Table, origin

LONGEST_YEARS: Final = 100
#: The classes of files. Each profile states for each class when a closed file is reviewed for deletion.
RECORD_CLASSES: Final = ("case_file", "legal_file", "support_file")
#: The other period, in days, in which an agency answers a withdrawal of consent. Each profile states it.
WITHDRAWAL_ANSWER: Final = "PRIV.WITHDRAWAL_ANSWER"


@dataclass(frozen=True, kw_only=True)
class Majority(Leaf):
    """The age from which a person is an adult."""

    years: int


@dataclass(frozen=True, kw_only=True)
class Retention(Leaf):
    """The years after which a closed file of one class is reviewed for deletion."""

    record_class: str
    years: int


@dataclass(frozen=True, kw_only=True)
class Reassessment(Leaf):
    """The time after which risk is assessed again, by its level (code list `risk_level`)."""

    after: Mapping[str, Length]


@dataclass(frozen=True, kw_only=True)
class SafetyDomains(Leaf):
    """The domains (code list `need_domain`) in which the highest risk means danger now."""

    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Practice:
    """These statements of one file; None or empty for those that its parents or children state."""

    majority: Majority | None
    retention: Mapping[str, Retention]
    reassessment: Reassessment | None
    safety_domains: SafetyDomains | None


def read_practice(file: Table, layer: str) -> Practice:
    """Read these statements of a profile's file. Raises BrokenReference."""
    return Practice(
        majority=_majority(file.table("majority"), layer) if file.has("majority") else None,
        retention=_retention(file, layer),
        reassessment=_reassessment(file.table("reassessment"), layer) if file.has("reassessment") else None,
        safety_domains=_safety_domains(file.table("safety_domains"), layer) if file.has("safety_domains") else None,
    )


def check_practice(place: str, after: Reassessment, safety: SafetyDomains, lists: Mapping[str, CodeList]) -> None:
    """Raise BrokenReference for a level of risk without a length, or an unknown domain."""
    if set(after.after) != set(lists["risk_level"]):
        raise BrokenReference(f"{place}: reassessment.after", "names each level of risk, and nothing else")
    unknown = set(safety.domains) - set(lists["need_domain"])
    if unknown:
        raise BrokenReference(f"{place}: safety_domains", f"refers to {min(unknown)!r}, which does not exist")


def check_files_and_answers(
    place: str, retention: Mapping[str, Retention], other_periods: Mapping[str, OtherPeriod]
) -> None:
    """Raise BrokenReference if a period is missing that intake applies to the cases of every country."""
    if set(retention) != set(RECORD_CLASSES):
        raise BrokenReference(f"{place}: retention", f"must state {', '.join(RECORD_CLASSES)}, and nothing else")
    answer = other_periods.get(WITHDRAWAL_ANSWER)
    if answer is None:
        raise BrokenReference(f"{place}: other_periods.{WITHDRAWAL_ANSWER}", "is missing, and no parent has it")
    if answer.length.unit != "D":
        raise BrokenReference(f"{place}: other_periods.{WITHDRAWAL_ANSWER}.length", "must be in days, such as P30D")


def _majority(table: Table, layer: str) -> Majority:
    leaf = Majority(years=_years(table), **origin(table, layer))
    table.finish()
    return leaf


def _retention(file: Table, layer: str) -> Mapping[str, Retention]:
    if not file.has("retention"):
        return MappingProxyType({})
    section = file.table("retention")
    leaves = {}
    for name in section.names():
        table = section.table(name)
        leaves[name] = Retention(record_class=name, years=_years(table), **origin(table, layer))
        table.finish()
    return MappingProxyType(leaves)


def _reassessment(table: Table, layer: str) -> Reassessment:
    lengths = table.table("after")
    after = {level: known_length(lengths, level) for level in lengths.names()}
    if any(length.unit != "D" for length in after.values()):
        raise BrokenReference(table.at("after"), "must be in days")
    leaf = Reassessment(after=MappingProxyType(after), **origin(table, layer))
    table.finish()
    return leaf


def _safety_domains(table: Table, layer: str) -> SafetyDomains:
    leaf = SafetyDomains(domains=table.texts("domains"), **origin(table, layer))
    table.finish()
    return leaf


def _years(table: Table) -> int:
    years = table.number("years")
    if not 1 <= years <= LONGEST_YEARS:
        raise BrokenReference(table.at("years"), f"must be from 1 to {LONGEST_YEARS}")
    return years

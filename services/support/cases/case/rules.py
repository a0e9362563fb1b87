"""Roles that all topics share, who sees which class of fields, and the known facts about a person. Pure.

Of a known and a typed value, the safer one applies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from shared.access.permissions import FieldClass, Need
from shared.casework.refusals import FactRefused

#: action -> role -> the required relation
Access = Mapping[str, Mapping[str, Need]]

#: Answers by field, as JSON values.
Answered: TypeAlias = Mapping[str, Any]

#: Several sets of answers, as the schema of a command loads them.
Entries: TypeAlias = list[Any]

WORKERS: Final[Mapping[str, Need]] = dict.fromkeys(
    ("caseworker", "support_worker", "counsellor", "supervisor"), Need.TEAM
)

#: The roles that assess and plan with the person.
PLANNERS: Final[Mapping[str, Need]] = dict.fromkeys(("caseworker", "support_worker", "counsellor"), Need.TEAM)

_READERS: Final = dict.fromkeys(WORKERS, Need.READING)

#: The required relation, by class and role. Within a team, only assessing and counselling roles see scores. A legal
#: adviser only sees that support continues.
SEEN_BY: Final[Mapping[FieldClass, Mapping[str, Need]]] = {
    FieldClass.BASIC: {**_READERS, "legal_adviser": Need.READING},
    FieldClass.ACCOUNT: _READERS,
    FieldClass.HEALTH: _READERS,
    FieldClass.PRIVILEGED: dict.fromkeys(("counsellor", "support_worker"), Need.TEAM),
}

ADULT, UNKNOWN = "adult", "unknown"

#: Ages by which a person is treated as a child. A disputed age is one of them.
CHILD: Final = frozenset(("child", "disputed"))

#: The stages at which a positive decision makes a person a presumed or a recognised victim.
_PRESUMED: Final = frozenset(("presumed", "potential", "reasonable_grounds"))

_RECOGNISED: Final = frozenset(("identified", "conclusive_grounds"))

_POSITIVE: Final = "positive"


@dataclass(frozen=True, kw_only=True)
class Known:
    """The known facts about a person; None means that a fact is not known.

    `age`: `adult`, `child` or `disputed`. `groups`: the groups of which a house must serve at least one (code list
    `served_gender`). `status`: the formal status that follows from the decisions (code list `asked_status`).
    `is_surely_child`: the person is a child by an age that no single user changed, so the powers over a child apply.
    """

    age: str | None = None
    is_surely_child: bool = False
    groups: frozenset[str] | None = None
    status: str | None = None

    @property
    def is_child(self) -> bool:
        """Return whether the person is known to be a child, or is treated as one."""
        return self.age in CHILD

    @property
    def is_adult(self) -> bool:
        """Return whether the person is known to be an adult."""
        return self.age == ADULT


# control: H-DANGER-3 safer-value-applies
def is_protected_as_child(known: Known, *, typed: bool | None, before: bool = False) -> bool:
    """Return whether the protection of a child applies: one source that states a child is enough.

    `before`: whether the protection applied until now. Only a known age from intake ends it; a typed value never does.
    """
    return known.is_child or typed is True or (before and not known.is_adult)


def age_of_all(ages: Iterable[str | None]) -> str | None:
    """Return the age of a person with several cases; a child in one case is a child."""
    stated = set(ages)
    for age in ("child", "disputed"):
        if age in stated:
            return age
    return ADULT if stated == {ADULT} else None


# control: H-DANGER-4 no-power-by-retyping
def is_child_by_all(ages: Iterable[str | None]) -> bool:
    """Return whether every case that states the person's age states that they are a child."""
    stated = set(ages) - {None, UNKNOWN}
    return bool(stated) and stated <= CHILD


def groups_of_all(groups: Iterable[Iterable[str] | None]) -> frozenset[str] | None:
    """Return the groups of a person with several cases; None if no groups are known or the cases differ."""
    stated = {frozenset(each) for each in groups if each}
    return stated.pop() if len(stated) == 1 else None


def status_by(decisions: Iterable[tuple[str, str]]) -> str | None:
    """Return the formal status by the valid decisions (stage and outcome); None if no decision gives one."""
    positive = {stage for stage, outcome in decisions if outcome == _POSITIVE}
    if positive & _RECOGNISED:
        return "recognised_victim"
    return "presumed_victim" if positive & _PRESUMED else None


def check_order(field: str, began_on: date, day: date | None) -> None:
    """Raise `FactRefused` for a day before the first one."""
    if day is not None and day < began_on:
        message = "This day is before the first day. Give a later day."
        raise FactRefused(field, "after_it_began", message)

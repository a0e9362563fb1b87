"""Rules for sharing without the person's consent: with a named reason, a second person, and notice to the person. Pure.

The team always asks for consent first. If it is not available, and the law or the protection of a life requires
sharing, one person proposes it and another decides (Regulation (EU) 2016/679, article 6(1)(c) and (d), and the UK GDPR;
the second person and the period of one day for the review are Casepath's own). If a life is in danger now, the data is
shared at once, and a reminder is sent each day until another person has reviewed it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden

PROPOSED: Final = "proposed"
#: Shared at once, and not reviewed yet by a second person.
ACTING: Final = "acting"
IN_FORCE: Final = "in_force"
REFUSED: Final = "refused"
#: It should not have been shared; the agency receives nothing more.
REVERSED: Final = "reversed"
#: The reason that can't wait for a second person.
AT_ONCE: Final = "immediate_danger_to_life"
#: By the domain's clock.
REVIEWED_WITHIN: Final = timedelta(hours=24)
#: After this period it has to be proposed again.
LONGEST: Final = timedelta(days=90)
_DECIDED: Final[Mapping[tuple[str, bool], str]] = {
    (PROPOSED, True): IN_FORCE,
    (PROPOSED, False): REFUSED,
    (ACTING, True): IN_FORCE,
    (ACTING, False): REVERSED,
}
STATES: Final = (PROPOSED, ACTING, IN_FORCE, REFUSED, REVERSED)
#: In these states the agency may receive the named data.
COVERS: Final = frozenset((ACTING, IN_FORCE))


@dataclass(frozen=True, slots=True)
class Begun:
    """The first state of a proposal, and when its review is due (UTC); None if it waits for the decision."""

    state: str
    review_by: datetime | None


def propose(reason: str, until: date, today: date, now: datetime) -> Begun:
    """Return the first state of a proposal, and when its review is due. Raises `FactRefused`."""
    if until < today:
        raise FactRefused(
            "until",
            "sharing_has_an_end_ahead",
            "The last day of sharing is missing, or is not in the future. Give a later day.",
        )
    if until > today + LONGEST:
        raise FactRefused(
            "until",
            "sharing_ends_soon",
            f"Sharing without consent can last {LONGEST.days} days at most. Give an earlier day, and propose it "
            "again when it ends.",
        )
    return Begun(ACTING, now + REVIEWED_WITHIN) if reason == AT_ONCE else Begun(PROPOSED, None)


def decide(state: str, *, proposed_by: UUID, decided_by: UUID, approves: bool) -> str:
    """Return the state of a proposal after a second person's decision. Raises `StepForbidden`."""
    if (state, approves) not in _DECIDED:
        raise StepForbidden(
            "decided_once", f"This proposal is {state}, so there is nothing left to decide. Propose it again."
        )
    if proposed_by == decided_by:
        raise StepForbidden(
            "second_person", "The person who proposed to share without consent can't decide on it. Ask a supervisor."
        )
    return _DECIDED[state, approves]


def check_corrected(until_before: date, until: date | None, told_on: date | None, today: date) -> None:
    """Check a corrected sharing: its end can't be later than two people agreed to. Raises `FactRefused`."""
    if until is not None and until > until_before:
        raise FactRefused(
            "until",
            "sharing_is_prolonged_by_two",
            "A later last day needs a decision by two people. Make a new proposal.",
        )
    not_in_future("person_told_on", told_on, today)


def check_not_restricted(*, restricted: bool) -> None:
    """Raise `StepForbidden` if a case is restricted: nothing more of it is shared. A refusal is still possible."""
    if restricted:
        raise StepForbidden(
            "restricted",
            "No more data is shared while a request of the person is examined. Refuse, or wait until the request "
            "is decided.",
        )


def check_not_told(told_on: date | None) -> None:
    """Raise `StepForbidden` if it is recorded already that the person was informed."""
    if told_on is not None:
        raise StepForbidden(
            "told_before", "It is already recorded that the person was informed. Nothing needs to be done."
        )


def is_overdue(state: str, review_by: datetime | None, now: datetime) -> bool:
    """Return whether the review of a sharing that began at once is overdue."""
    return state == ACTING and review_by is not None and review_by <= now

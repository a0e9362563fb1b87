"""When a person is missing, who is notified, and when the absence is reviewed. Leaving by choice is not missing.

The times are our own defaults, the same in every jurisdiction: no law was found that sets them for a provider.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from services.support.cases.case.rules import PLANNERS, WORKERS, Access
from services.support.risks.alert.rules import IN_DANGER
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

CONCERN, MISSING, BY_CHOICE, FOUND = "concern", "missing", "left_by_choice", "found"
#: The other ending of a declared absence: it was withdrawn.
RECORDED_WRONGLY: Final = "recorded_wrongly"
#: Staff are looking for the person. Once the person is missing, intake suspends sharing that is based on their consent.
LOOKING: Final = (CONCERN, MISSING)
_RESPONSIBLE: Final = {**WORKERS, "supervisor": Need.SUPERVISION}
ACCESS: Final[Access] = {
    "absence.note": _RESPONSIBLE,
    "absence.decide": _RESPONSIBLE,
    "absence.police": _RESPONSIBLE,
    "absence.review": PLANNERS,
    "absence.find": _RESPONSIBLE,
    "absence.talk": PLANNERS,
    "absence.correct": _RESPONSIBLE,
}
#: The actions that are allowed in a restricted case, because a danger can't wait for a decision.
WHILE_RESTRICTED: Final = frozenset(
    ("absence.note", "absence.decide", "absence.police", "absence.review", "absence.find", "absence.talk")
)
REVIEW, DECISION, TALK = "missing_review", "missing_decision", "found_talk"
#: Within this time a worker tries the agreed ways of contact, and the lead decides.
TO_DECIDE: Final = timedelta(hours=4)
#: Reviews are due this many days after the decision, and then every 30 days.
REVIEWS: Final = (1, 3, 7)
EVERY: Final = 30
#: A member of the person's choice offers to talk within this number of days.
TALK_WITHIN: Final = 3
IMMEDIATE, TODAY = "immediate", "today"


def is_missing_at_once(*, is_child: bool, high_risk: bool, danger_yesterday: bool) -> bool:
    """Return whether the person is missing at once: a child, at high risk, or in danger the day before."""
    return is_child or high_risk or danger_yesterday


def is_high(overall_risk: str | None) -> bool:
    """Return whether the last assessment found a high risk."""
    return overall_risk in ("high", "urgent")


def urgency(*, is_child: bool, high_risk: bool) -> str:
    """Return the urgency of an absence of a missing person."""
    return IMMEDIATE if is_child or high_risk else TODAY


def next_review(decided_on: date, reviews: int) -> date:
    """Return the day of the next review after this number of reviews."""
    if reviews < len(REVIEWS):
        return decided_on + timedelta(days=REVIEWS[reviews])
    return decided_on + timedelta(days=REVIEWS[-1] + EVERY * (reviews - len(REVIEWS) + 1))


def check_step(state: str, *states: str, taken_back: bool = False) -> None:
    """Raise `StepForbidden` for a step that is not allowed in this state."""
    if taken_back or state not in states:
        message = "This step is not possible, because it was decided or the person was found. Read the absence again."
        raise StepForbidden("absence.follows", message)


def check_one(*, is_open: bool) -> None:
    """Raise `StepForbidden` if staff are looking for the person already."""
    if is_open:
        message = (
            "The person is already recorded as missing. Continue with that record, or record that the person was found."
        )
        raise StepForbidden("absence.one_at_a_time", message)


# control: H-DANGER-4 no-power-by-retyping
def tells_police(*, is_child: bool, agreed: bool, proposed_by: UUID | None, by: UUID) -> bool:
    """Return whether this notifies the police: for a child, as agreed before, or after confirmation by a second person.

    `is_child`: by an age that intake knows. Raises `StepForbidden` if the first person confirms their own proposal.
    """
    if is_child or agreed:
        return True
    if proposed_by == by:
        message = "The person who proposed it can't confirm it in any role. Ask another person to confirm it."
        raise StepForbidden("second_person", message)
    return proposed_by is not None


def check_found(missed_on: date, found_on: date) -> None:
    """Raise `FactRefused` for a day of finding before the first day of the absence."""
    if found_on < missed_on:
        message = "The person was found before the day on which they went missing. Give a later day."
        raise FactRefused("found_on", "found_after_missed", message)


def check_corrected_finding(state: str, stated: Collection[str]) -> None:
    """Raise `FactRefused` for a correction of a finding that is not recorded."""
    field = next((name for name in ("safe", "outcome") if name in stated), None)
    if field is not None and state != FOUND:
        message = (
            "The person is not recorded as found, so there is nothing to correct. Record that they were found instead."
        )
        raise FactRefused(field, "found_before_that_is_corrected", message)


def declared(absence: UUID, when: datetime, *, is_child: bool, urgency: str) -> Announcement:
    """Return the event that a person is missing: whether they are a child, and the urgency; nothing else."""
    payload = {"absence": absence, "child": is_child, "urgency": urgency, "declared_at": when}
    return Announcement("absence.declared", {**payload, "about": IN_DANGER})


def ended(absence: UUID, *, was_declared: bool, is_found: bool) -> Announcement:
    """Return the event that the search has ended; not where the person was, or how they are.

    It states how only if the person was declared missing: agencies never learn of an absence that was no danger.
    """
    ending = {"ending": FOUND if is_found else RECORDED_WRONGLY} if was_declared else {}
    return Announcement("absence.ended", {"absence": absence, **ending})

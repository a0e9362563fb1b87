"""When a case can be closed and reopened, and when closing needs a second person.

The second person and the week for their answer are Casepath's own rule: no law was found that requires them.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from services.intake.agencies.referral.rules import check_none_under_way
from services.intake.facts.case.rules import CLOSED, OPEN, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

#: A case as its file shows it.
File: TypeAlias = Mapping[str, Any]
_RESPONSIBLE: Final = {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION}
ACCESS: Final[Access] = {
    **dict.fromkeys(("case.close", "case.reopen"), _RESPONSIBLE),
    "closing.propose": _RESPONSIBLE,
    "closing.read": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
    # The second person: `check_second` checks that they did not propose it and are not on the team.
    "closing.confirm": {"supervisor": Need.SUPERVISION},
}
WAITING, CONFIRMED, REFUSED, REPLACED = "waiting", "confirmed", "refused", "replaced"
STATES: Final = (WAITING, CONFIRMED, REFUSED, REPLACED)
#: A proposal lapses after this time, because its grounds may have changed.
LAPSES_AFTER: Final = timedelta(days=7)


def check_second(state: str, lapses_at: datetime, now: datetime, *, proposed_by: UUID, by: UUID, on_team: bool) -> None:
    """Raise `StepForbidden` if the proposal no longer waits, or if the proposer or a member of the team answers.

    `lapses_at`, `now`: in UTC.
    """
    if state != WAITING or now >= lapses_at:
        raise StepForbidden(
            "proposal_waits", "Nothing of this proposal waits. If the case is to be closed, propose it anew."
        )
    if proposed_by == by or on_team:
        message = "Whoever proposes it, or works on the case, can't confirm it. Ask a supervisor outside the team."
        raise StepForbidden("second_person", message)


def answered(*, confirms: bool, refusal: str | None) -> str:
    """Return the state of a proposal after a second person's answer. Raises `FactRefused`."""
    if confirms == (refusal is not None):
        raise FactRefused("reason", "refusal_has_a_reason", "Give a reason where you refuse, and only there.")
    return CONFIRMED if confirms else REFUSED


def check_open(status: str) -> None:
    """Raise `StepForbidden` unless the case is open."""
    if status != OPEN:
        raise StepForbidden("case_is_open", "The case is closed already; nothing is left to close.")


def check_closable(case: File) -> None:
    """Raise `StepForbidden` if the state of a case, as its file shows it, forbids closing it."""
    check_open(case["status"])
    check_none_under_way(referral["state"] for referral in case.get("referrals", ()))


def check_alone(*, urgent: bool) -> None:
    """Raise `StepForbidden` if one person closes a case that needs immediate action.

    `urgent`: from the latest assessment that intake knows of.
    """
    if urgent:
        raise StepForbidden(
            "second_person",
            "Somebody has to act at once in this case, and no one person closes it. See to it and have the risk "
            "assessed again, or propose to close it (closing-proposals): a supervisor outside the team confirms it.",
        )


def check_closable_alone(case: File) -> None:
    """Raise `StepForbidden` if the state of a case, as its file shows it, forbids that one person closes it."""
    check_closable(case)
    check_alone(urgent=bool(case.get("assessed_urgent")))


def check_closed(status: str) -> None:
    """Raise `StepForbidden` unless the case is closed."""
    if status != CLOSED:
        raise StepForbidden("case_is_closed", "The case is open; nothing is left to open.")


#: The checks that need only the case's state, for showing in advance which actions are possible.
OBSTACLES: Final[Mapping[str, Callable[[File], None]]] = {
    "case.close": check_closable_alone,
    "closing.propose": check_closable,
    "case.reopen": lambda case: check_closed(case["status"]),
}


def close(status: str, closed_on: date, opened_on: date, today: date) -> Announcement:
    """Return `case.closed` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`.

    `opened_on`: the day of the last reopening, or else of the opening.
    """
    check_open(status)
    not_in_future("closed_on", closed_on, today)
    if closed_on < opened_on:
        raise FactRefused("closed_on", "closed_after_opened", "A case can't be closed before it was opened.")
    return Announcement("case.closed", {"closed_on": closed_on})


def closed_although(left: Collection[tuple[str, str | None]], reason: str | None) -> str | None:
    """Return the reason for closing a case while something is open, None if nothing is. Raises `SomethingOpen`.

    `left`: the kinds of open things, each with its code, if it has one.
    """
    if left and reason is None:
        raise SomethingOpen(left)
    return reason if left else None


class SomethingOpen(StepForbidden):
    """Periods run, needs are unmet, or an alert is open: closing the case requires a reason."""

    def __init__(self, left: Collection[tuple[str, str | None]]) -> None:
        """Store one error for each open thing."""
        super().__init__(
            "nothing_left_open",
            "Something is open in this case, and nobody would be told of it any more. See to it first, or close the "
            "case with `although_open`.",
        )
        self.errors = [
            {"field": "although_open", "rule": what, "message": f"{what.replace('_', ' ')}: {code or 'open'}"}
            for what, code in left
        ]


def reopen(status: str, reopened_on: date, closed_on: date | None, today: date) -> Announcement:
    """Return `case.reopened` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`."""
    check_closed(OPEN if closed_on is None else status)
    not_in_future("reopened_on", reopened_on, today)
    if closed_on is not None and reopened_on < closed_on:
        raise FactRefused("reopened_on", "reopened_after_closed", "A case can't be reopened before it was closed.")
    return Announcement("case.reopened", {"reopened_on": reopened_on})

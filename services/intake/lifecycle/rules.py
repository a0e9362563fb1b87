"""Decisions about opening, reading and closing a case: pure, data in and data out."""

from datetime import date
from typing import Final

from services.intake.case.rules import CLOSED, OPEN, Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "case.open": {"caseworker": Need.ANY, "outreach_worker": Need.ANY},
    "case.close": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "case.reopen": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
}


def check_open(status: str) -> None:
    """Raise `StepForbidden` unless the case is open."""
    if status != OPEN:
        raise StepForbidden("case_is_open", "The case is closed already; nothing is left to close.")


def close(status: str, closed_on: date, opened_on: date, today: date) -> Announcement:
    """Return `case.closed` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`.

    `opened_on`: the day of the last reopening, or else of the opening.
    """
    check_open(status)
    not_in_future("closed_on", closed_on, today)
    if closed_on < opened_on:
        raise FactRefused("closed_on", "closed_after_opened", "A case can't be closed before it was opened.")
    return Announcement("case.closed", {"closed_on": closed_on})


def reopen(status: str, reopened_on: date, closed_on: date | None, today: date) -> Announcement:
    """Return `case.reopened` without its `reason`, which the caller adds. Raises `StepForbidden`, `FactRefused`."""
    if status != CLOSED or closed_on is None:
        raise StepForbidden("case_is_closed", "The case is open; nothing is left to open.")
    not_in_future("reopened_on", reopened_on, today)
    if reopened_on < closed_on:
        raise FactRefused("reopened_on", "reopened_after_closed", "A case can't be reopened before it was closed.")
    return Announcement("case.reopened", {"reopened_on": reopened_on})

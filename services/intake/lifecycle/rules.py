"""Decisions about opening, reading and closing a case: pure, data in and data out."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from services.intake.case.rules import CLOSED, OPEN, Access
from services.intake.referral.rules import check_none_under_way
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

#: A case as its file shows it.
File: TypeAlias = Mapping[str, Any]
#: Who opens a contact, in the order of the part that they then have on its team, which they lead.
OPENERS: Final = ("caseworker", "outreach_worker", "legal_adviser")
#: After so long a call for several people is answered, whoever of them still waits (seconds).
LONGEST_CALL: Final = 8.0
ACCESS: Final[Access] = {
    "case.open": dict.fromkeys(OPENERS, Need.ANY),
    "case.close": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "case.reopen": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
}


def check_open(status: str) -> None:
    """Raise `StepForbidden` unless the case is open."""
    if status != OPEN:
        raise StepForbidden("case_is_open", "The case is closed already; nothing is left to close.")


def check_closable(case: File) -> None:
    """Raise `StepForbidden` if the state of a case, as its file shows it, stands against closing it."""
    check_open(case["status"])
    check_none_under_way(referral["state"] for referral in case.get("referrals", ()))


def check_closed(status: str) -> None:
    """Raise `StepForbidden` unless the case is closed."""
    if status != CLOSED:
        raise StepForbidden("case_is_closed", "The case is open; nothing is left to open.")


#: Of the case's state alone: what stands against an action before anything more is known of it.
OBSTACLES: Final[Mapping[str, Callable[[File], None]]] = {
    "case.close": check_closable,
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
    """Return why a case is closed although something is open, None where nothing is. Raises `SomethingOpen`.

    `left`: what is open, each with its code, if it has one.
    """
    if left and reason is None:
        raise SomethingOpen(left)
    return reason if left else None


class SomethingOpen(StepForbidden):
    """Periods run, needs are unmet, or an alert is open: who closes the case says why nevertheless."""

    def __init__(self, left: Collection[tuple[str, str | None]]) -> None:
        """Store what is open, each as an error of its own."""
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


def reference_in_use() -> FactRefused:
    """Return the refusal of a person whose reference its sender used for something else."""
    return FactRefused(
        "reference",
        "reference_in_use",
        "Within a day you sent this reference with something else, and a case was opened. If it is the same person, "
        "put that case right; for another person use another reference.",
    )

"""The rules of advice, requests and explained rights: the roles for each action, and the rights of a profile. Pure.

Events follow from advice. They never contain the topics.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.legal.cases.case.rules import READERS, WORKERS, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import Right, profile

#: The event version with only the status, the phase and the day.
ONLY_THAT_THERE_WAS_ADVICE: Final = 2

#: Workers who meet people before there is a case. Brief advice belongs to no case, so it needs no team.
ACCESS: Final[Access] = {
    "advice.record": WORKERS,
    "advice.correct": WORKERS,
    "advice.follow_up": WORKERS,
    # Every worker who is asked for advice can record the request.
    "advice.request": {**WORKERS, "caseworker": Need.TEAM},
    "advice.end_request": WORKERS,
    "brief_advice.record": dict.fromkeys(("legal_adviser", "outreach_worker"), Need.ANY),
    "brief_advice.read": dict.fromkeys(("legal_adviser", "outreach_worker", "supervisor"), Need.ANY),
    "right.explain": WORKERS,
    "right.read": READERS,
}


def advice_recorded(phase: str, status: str, given_on: date) -> Announcement:
    """Announce advice, or why there was none."""
    payload = {"phase": phase, "status": status, "given_on": given_on}
    return Announcement("advice.recorded", payload, ONLY_THAT_THERE_WAS_ADVICE)


def check_waits(ended_on: date | None) -> None:
    """Raise `StepForbidden` for a request or follow-up that is already done."""
    if ended_on is not None:
        raise StepForbidden("still_waits", "This is done already. Record a new one if something waits again.")


@dataclass(frozen=True)
class Explained:
    """One explanation of a right."""

    code: str
    explained_on: date
    language: str
    format: str
    understood: str


def rights_of(jurisdiction: str | None) -> Mapping[str, Right]:
    """Return the rights of the case's jurisdiction, by code. Raises `NotArrivedYet`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known",
            "This case is new, and its opening has not arrived from intake yet. Try again in a moment.",
        )
    return profile(jurisdiction).rights


def check_right(jurisdiction: str | None, code: str) -> None:
    """Raise `FactRefused` for a right that the jurisdiction does not have, and `NotArrivedYet`."""
    if code not in rights_of(jurisdiction):
        raise FactRefused(
            "code",
            "right_of_the_jurisdiction",
            "This right is not in the legal profile of the case. Choose one of its profile.",
        )


def ticks(explained: Iterable[Explained]) -> Mapping[str, Explained]:
    """Return the latest explanation of each right; on the same day, the one recorded last."""
    latest: dict[str, Explained] = {}
    for tick in explained:
        before = latest.get(tick.code)
        if before is None or tick.explained_on >= before.explained_on:
            latest[tick.code] = tick
    return latest

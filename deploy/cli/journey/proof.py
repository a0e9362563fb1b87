"""Whether a journey is complete: read back from the three services and their feeds, not from what was sent."""

import time
from collections.abc import Mapping

from deploy.cli.installation import HOLDERS
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.planning import PlannedJourney
from deploy.cli.replies import CloudEvent

SHORTLY = 20.0
"""Seconds to wait after the last step for effects of events (a period that starts, a status that arrives)."""


def missing(plan: PlannedJourney, desk: Desk, case: str) -> tuple[list[str], int]:
    """Return what is missing (empty if complete), and the number of events about the case."""
    deadline = time.monotonic() + SHORTLY
    while True:
        events = {service: all_events(desk, service, case) for service in HOLDERS}
        gaps = [*(_states(desk, case) if plan.reach == "closed" else ()), *_events(plan, events)]
        if not gaps or time.monotonic() > deadline:
            return gaps, sum(map(len, events.values()))
        desk.pause()


def all_events(desk: Desk, service: str, case: str, after: int = 0) -> list[CloudEvent]:
    """Return all of a service's events about a case after a position."""
    events: list[CloudEvent] = []
    while page := desk.events(service, after=after, subject=case):
        events += page
        after = int(page[-1]["sequence"])
    return events


def name_of(event: CloudEvent) -> str:
    """Return noun and verb: `contact.opened` of `org.casepath.intake.contact.opened.v1`."""
    return ".".join(str(event["type"]).split(".")[3:-1])


def _states(desk: Desk, case: str) -> list[str]:
    intake = desk.read("caseworker", "intake", case)
    legal = desk.read("legal_adviser", "legal", case)
    support = desk.read("counsellor", "support", case)
    states = {
        "intake has not closed the case": intake.get("status") == "closed",
        "legal has no matter that is paid": any(matter.get("status") == "paid" for matter in legal["matters"]),
        "legal has no advice": bool(legal["advice"]),
        "support has no plan": bool(support["plans"]),
        "support has no counselling": bool(support["counselling"]),
    }
    return [sentence for sentence, holds in states.items() if not holds]


def _events(plan: PlannedJourney, events: Mapping[str, list[CloudEvent]]) -> list[str]:
    return [
        f"{service} has not announced {name}"
        for service, names in plan.expected().items()
        for name in sorted(names - {name_of(event) for event in events[service]})
    ]

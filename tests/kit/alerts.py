"""Safeguarding alerts at support: tests raise them and let time pass."""

from datetime import UTC, datetime, timedelta

from shared.deadlines.time_source import TimeSource
from shared.deadlines.timers import Timers
from tests.kit.client import Client
from tests.kit.harness import Harness
from tests.kit.loops import fire_together

RAISED = datetime(2026, 3, 2, 22, 50, tzinfo=UTC)
DANGER = {"danger_type": "trafficker_contact", "urgency": "immediate"}


def fire(support: Harness, minutes: int, replicas: int = 2) -> None:
    """Move the clock to some minutes after the alert was raised, and let every replica check its timers at once."""
    support.move_clock(RAISED + timedelta(minutes=minutes))
    emits, handlers = support.parts.following.emits, support.parts.on_timer
    runners = [Timers(support.database, TimeSource(movable=True), emits, handlers) for _ in range(replicas)]
    fire_together(runners)


def escalations(support: Harness) -> list[tuple[int, str]]:
    """Return the levels to which alerts were escalated, and who was notified at each level."""
    return [(data["level"], data["told"]) for name, data in support.announced() if name == "alert.escalated"]


def told_of(who: Client) -> list[str]:
    """Return the alerts that the client sees in full."""
    return [each["id"] for each in who.told("GET", "/v1/alerts")["alerts"]]


def waiting_for(who: Client) -> list[str]:
    """Return the alerts of which the client sees only that they wait."""
    return [each["id"] for each in who.told("GET", "/v1/alerts")["waiting"]]


def acknowledge(who: Client, alert: str) -> int:
    """Acknowledge an alert of the client's case; return the status of the response."""
    return who.ask("POST", f"alerts/{alert}/acknowledgement").status_code

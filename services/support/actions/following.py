"""What support keeps of intake's clocks (projections), and what it does because of intake's events (reactions)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support import rules
from services.support.models import CASES, Recovery, UrgentNeed
from shared.events.contract import Received
from shared.exchange import eventlog

CLOCK_STARTED = "intake.clock.started"

#: A reached period is stopped where what began it was corrected, and a stopped one woken where what stopped it was.
_STATES = {"intake.clock.reached": "reached", "intake.clock.stopped": "stopped", "intake.clock.woken": "running"}


def project_recoveries(session: Session, received: Sequence[Received]) -> None:
    """Store recovery periods and the state of each; other clocks are ignored."""
    started = {
        message.data["clock"]: message for message in received if message.key == CLOCK_STARTED and _is_recovery(message)
    }
    if started:
        insertion = insert(Recovery).values([_recovery(message) for message in started.values()])
        session.execute(insertion.on_conflict_do_nothing())
    last = {message.data["clock"]: _STATES[message.key] for message in received if message.key in _STATES}
    for state in sorted(set(last.values())):
        clocks = [clock for clock, after in last.items() if after == state]
        session.execute(update(Recovery).where(Recovery.clock.in_(clocks)).values(state=state))


def _is_recovery(started: Received) -> bool:
    return rules.is_recovery_minimum(started.data["code"], started.data["kind"])


def _recovery(started: Received) -> dict[str, Any]:
    data = started.data
    return {
        "clock": data["clock"],
        "case_id": started.subject,
        "code": data["code"],
        "due_on": data["due_on"],
        "state": "running",
    }


def note_urgent_needs(session: Session, received: Received) -> None:
    """Record the urgent needs of the first contact."""
    needs = received.data["urgent_needs"]
    if not needs:
        return
    case = received.subject
    CASES.lock(session, case)
    noted_on = received.data["opened_on"]
    rows = [{"case_id": case, "service_type": need, "noted_on": noted_on} for need in needs]
    session.execute(insert(UrgentNeed).values(rows).on_conflict_do_nothing())
    eventlog.record(session, case, [rules.urgent_need_noted(needs)])


def support_after_minimum(session: Session, received: Received) -> None:
    """Emit that support continues when a recovery period reaches its minimum; a minimum ends nothing."""
    recovery = session.get(Recovery, received.data["clock"])
    if recovery is None or recovery.state != "reached":
        return
    CASES.lock(session, recovery.case_id)
    eventlog.record(session, recovery.case_id, [rules.recovery_supported(recovery.clock)])

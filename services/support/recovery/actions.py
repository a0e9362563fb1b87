"""Recovery periods: stored as intake's clocks say, and answered when one reaches its minimum."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support.case.models import CASES
from services.support.recovery import rules
from services.support.recovery.models import Recovery
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.store.database import NamedRow

CLOCK_STARTED: Final = "intake.clock.started"
#: A reached period is stopped where what began it was corrected, and a stopped one woken where what stopped it was.
_STATES: Final = {"intake.clock.reached": "reached", "intake.clock.stopped": "stopped", "intake.clock.woken": "running"}


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


def support_after_minimum(session: Session, received: Received) -> None:
    """Emit that support continues when a recovery period reaches its minimum; a minimum ends nothing."""
    recovery = session.get(Recovery, received.data["clock"])
    if recovery is None or recovery.state != "reached":
        return
    CASES.lock(session, recovery.case_id)
    eventlog.record(session, recovery.case_id, [rules.recovery_supported(recovery.clock)])


def recovery_from(periods: Sequence[NamedRow]) -> dict[str, object]:
    """Return a case's recovery as it is shown, from the rows of its periods: support continues after each."""
    return {"periods": periods, "support_continues": True}


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


PROJECTIONS: Final = (
    Projection("recoveries", frozenset((CLOCK_STARTED, *_STATES)), project_recoveries, (ReadModelTable("recoveries"),)),
)
REACTIONS: Final = (Reaction("recovery_minimum", "intake.clock.reached", support_after_minimum),)

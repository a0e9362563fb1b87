"""Store recovery periods from intake's clocks, and publish that support continues at their minimum."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, select
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES
from services.support.help.recovery import rules
from services.support.help.recovery.events import CLOCKS
from services.support.help.recovery.models import Recovery
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.eventlog import event_log
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.store.database import NamedRow
from shared.store.many_rows import rows_into


def project_recoveries(session: Session, received: Sequence[Received]) -> None:
    """Store the days and states of recovery periods from the last events of their clocks; ignore other clocks.

    The events of one source about one case arrive in order, so the last event applies.
    """
    periods = _known(session, {message.data["clock"] for message in received})
    for message in received:
        clock = message.data["clock"]
        period = periods.get(clock) or rules.begun(message.subject, message.data)
        if period is not None:
            periods[clock] = rules.moved(period, message.event.name.removeprefix("clock."), message.data)
    if periods:
        insertion = rows_into(Recovery, [asdict(period) for period in periods.values()])
        changed = {name: insertion.excluded[name] for name in ("due_on", "other_due_on", "state")}
        session.execute(insertion.on_conflict_do_update(index_elements=[Recovery.clock], set_=changed))


def _known(session: Session, clocks: set[UUID]) -> dict[UUID, rules.Period]:
    stored = select(Recovery.__table__).where(Recovery.clock.in_(clocks))
    return {row["clock"]: rules.Period(**row) for row in session.execute(stored).mappings()}


def support_after_minimum(session: Session, received: Received) -> None:
    """Publish once that support continues when a recovery period reaches its minimum. The minimum ends nothing.

    If the minimum is no longer reached, because the start of the period was corrected, publish that too.
    """
    recovery = session.get(Recovery, received.data["clock"])
    if recovery is None:
        return
    CASES.lock(session, recovery.case_id)
    reached = rules.to_announce(recovery.state, before=_last_announced(session, recovery))
    if reached is not None:
        eventlog.record(session, recovery.case_id, [rules.recovery_supported(recovery.clock, reached=reached)])


def _last_announced(session: Session, recovery: Recovery) -> bool | None:
    """Return what the last event in the log said about a period's minimum; None if there is none."""
    of_it = event_log.c.data["clock"].astext == str(recovery.clock)
    last = select(event_log.c.data["reached"].astext.cast(Boolean)).where(
        event_log.c.subject == recovery.case_id, event_log.c.name == "recovery.supported", of_it
    )
    return session.execute(last.order_by(event_log.c.serial.desc()).limit(1)).scalar_one_or_none()


def recovery_from(periods: Sequence[NamedRow]) -> dict[str, object]:
    """Return a case's recovery for the view, from the rows of its periods. Support continues after each."""
    return {"periods": periods, "support_continues": True}


PROJECTIONS: Final = (Projection("recoveries", frozenset(CLOCKS), project_recoveries, (ReadModelTable("recoveries"),)),)
#: Each event of a clock can revoke an earlier one.
REACTIONS: Final = tuple(Reaction("recovery_minimum", key, support_after_minimum) for key in CLOCKS)

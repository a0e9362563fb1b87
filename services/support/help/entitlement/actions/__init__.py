"""Record, prolong, end and correct entitlements. An expiry sets a task and ends nothing.

Each change updates the tasks of all entitlements of the case, because a new one can be the successor of another.

Also: store recovery periods from intake's clocks, and publish that support continues at their minimum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import check_order
from services.support.cases.task.actions import finish_task, set_task
from services.support.help.entitlement import rules
from services.support.help.entitlement.events import CLOCKS
from services.support.help.entitlement.models import Entitlement, EntitlementProposal, Recovery
from services.support.help.entitlement.rules import Standing
from services.support.help.entitlement.rules.proposals import ANSWER, CONFIRMED, PROPOSED
from services.support.help.entitlement.schemas import (
    AskForLonger,
    CorrectEntitlement,
    EndEntitlement,
    ProlongEntitlement,
    RecordEntitlement,
)
from shared.casework import dates
from shared.casework.cases import one
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.eventlog import event_log
from shared.exchange.follower import Projection, Reaction, ReadModelTable
from shared.reference import profile
from shared.store.database import NamedRow
from shared.store.statements import rows_into

_STANDING: Final = Standing._fields


def record_entitlement(change: Change, command: RecordEntitlement) -> UUID:
    """Record the beginning of an entitlement that the profile of the case defines.

    Return its id. Raises `FactRefused`.
    """
    law = rules.of_profile(profile(change.jurisdiction), command.entitlement)
    stored = change.recorded(command, "started_on")
    stored["ends_on"] = rules.last_day(law, stored["started_on"], command.ends_on)
    entitlement = change.add(Entitlement, profile=change.jurisdiction, **stored)
    _answer_proposals(change, command.entitlement, entitlement.id)
    _update_tasks(change)
    return entitlement.id


def _answer_proposals(change: Change, code: str, record: UUID) -> None:
    """Confirm the proposals of an entitlement that is recorded now."""
    waiting = (EntitlementProposal.entitlement == code, EntitlementProposal.state == PROPOSED)
    query = select(EntitlementProposal).where(EntitlementProposal.case_id == change.case, *waiting)
    for proposal in change.session.scalars(query.order_by(EntitlementProposal.id)):
        proposal.state, proposal.record = CONFIRMED, record
        proposal.answered_by, proposal.answered_on = UUID(change.by.subject), change.today
        finish_task(change.session, change.case, ANSWER, proposal.id, change.today)


def ask_for_longer(change: Change, entitlement_id: UUID, command: AskForLonger) -> None:
    """Record a request to extend an entitlement.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    entitlement = _running(change.session, change.case, entitlement_id)
    day = change.stated("asked_on", command.asked_on)
    check_order("asked_on", entitlement.started_on, day)
    entitlement.asked_on = day
    _update_tasks(change)


def prolong(change: Change, entitlement_id: UUID, command: ProlongEntitlement) -> None:
    """Record the extension of an entitlement, and its new last day.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    entitlement = _running(change.session, change.case, entitlement_id)
    law = rules.of_profile(profile(entitlement.profile), entitlement.entitlement)
    entitlement.ends_on = rules.last_day(law, entitlement.started_on, command.ends_on)
    entitlement.asked_on = None
    entitlement.revision += 1
    _update_tasks(change)


def end_entitlement(change: Change, entitlement_id: UUID, command: EndEntitlement) -> None:
    """Record the end of an entitlement; entitlements never end automatically.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    entitlement = _running(change.session, change.case, entitlement_id)
    day = change.stated("ended_on", command.ended_on)
    check_order("ended_on", entitlement.started_on, day)
    entitlement.ended_on = day
    _update_tasks(change)


def correct_entitlement(change: Change, entitlement_id: UUID, command: CorrectEntitlement) -> UUID:
    """Correct or withdraw an entitlement; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    entitlement = change.one(Entitlement, entitlement_id)
    day = change.corrected_day("started_on", entitlement, command)
    law = rules.of_profile(profile(entitlement.profile), entitlement.entitlement)
    ends_on = rules.corrected_last_day(law, _standing(entitlement), day, command.ends_on)
    for field in ("asked_on", "ended_on"):
        later = getattr(command, field) or getattr(entitlement, field)
        if later is not None:
            check_order(field, day, later)
    return change.correct(
        entitlement,
        "entitlement",
        command,
        lambda _: _update_tasks(change),
        started_on=day,
        ends_on=ends_on,
    )


def with_law(rows: Iterable[NamedRow], periods: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of entitlements with the profile's data: the end, and the successors.

    `periods`: the rows of the case's periods, of which some count the days of an entitlement.
    """
    ends = rules.ends_of((row["code"], row["state"], row["due_on"]) for row in periods)
    return [{**row, **_law_of(row, ends)} for row in rows]


def _law_of(row: NamedRow, ends: Mapping[str, date]) -> dict[str, object]:
    law = rules.of_profile(profile(row["profile"]), row["entitlement"])
    counted = rules.counted_by(law, Standing(*(row[name] for name in _STANDING)), ends.get(law.clock or ""))
    return {
        "of_profile": row["entitlement"],
        "kind": law.kind,
        "ends_with": law.ends_with,
        "prolonged_by": law.prolonged_by,
        "ends_on": counted.ends_on,
        "ask_by": rules.ask_by(law, row["started_on"], counted.ends_on),
        "then": list(law.then),
        "unsure": law.verify,
    }


def _running(session: Session, case: UUID, entitlement_id: UUID) -> Entitlement:
    """Return a running entitlement. Raises `NotFound`, `StepForbidden`."""
    entitlement = one(session, Entitlement, case, entitlement_id)
    rules.check_runs(entitlement.ended_on, taken_back=entitlement.taken_back_at is not None)
    return entitlement


def _update_tasks(change: Change) -> None:
    _tasks_of(change.session, change.case, change.today)


def _tasks_of(session: Session, case: UUID, today: date) -> None:
    """Set the tasks of each entitlement of a case, or finish them."""
    session.flush()
    rows = session.scalars(select(Entitlement).where(Entitlement.case_id == case)).all()
    periods = session.execute(select(Recovery.code, Recovery.state, Recovery.due_on).where(Recovery.case_id == case))
    ends = rules.ends_of((row.code, row.state, row.due_on) for row in periods)
    standing = {row.id: _counted(row, ends) for row in rows if row.taken_back_at is None}
    for row in rows:
        kinds: dict[str, date | None] = dict.fromkeys((rules.NEXT, rules.ASK))
        if row.id in standing:
            law = rules.of_profile(profile(row.profile), row.entitlement)
            others = [other for own, other in standing.items() if own != row.id]
            kinds = rules.tasks_due(law, standing[row.id], others)
        for kind, due_on in kinds.items():
            if due_on is None:
                finish_task(session, case, kind, row.id, today)
            else:
                set_task(session, case, kind, row.id, due_on)


def _standing(row: Entitlement) -> Standing:
    return Standing(row.entitlement, row.started_on, row.ends_on, row.asked_on, row.ended_on)


def _counted(row: Entitlement, ends: Mapping[str, date]) -> Standing:
    law = rules.of_profile(profile(row.profile), row.entitlement)
    return rules.counted_by(law, _standing(row), ends.get(law.clock or ""))


# control: H-DEADLINE-14 one-count
def follow_count(session: Session, received: Received) -> None:
    """Update the tasks of the entitlements whose days a period counts, after an event of the period."""
    period = session.get(Recovery, received.data["clock"])
    if period is None or rules.is_recovery(period.code):
        return
    CASES.lock(session, period.case_id)
    today = dates.today(time_source.now(session), CASES.read(session, period.case_id).jurisdiction)
    _tasks_of(session, period.case_id, today)


def project_recoveries(session: Session, received: Sequence[Received]) -> None:
    """Store the days and states of recovery periods, and of periods that count an entitlement; ignore other clocks.

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

    If a correction of the start means that the minimum is not reached, publish that too.
    """
    recovery = session.get(Recovery, received.data["clock"])
    if recovery is None or not rules.is_recovery(recovery.code):
        return
    CASES.lock(session, recovery.case_id)
    reached = rules.to_announce(recovery.state, before=_last_announced(session, recovery))
    if reached is not None:
        eventlog.record(session, recovery.case_id, [rules.recovery_supported(recovery.clock, reached=reached)])


def _last_announced(session: Session, recovery: Recovery) -> bool | None:
    """Return whether the last event in the log reports a period's minimum as reached; None if there is none."""
    of_it = event_log.c.data["clock"].astext == str(recovery.clock)
    last = select(event_log.c.data["reached"].astext.cast(Boolean)).where(
        event_log.c.subject == recovery.case_id, event_log.c.name == "recovery.supported", of_it
    )
    return session.execute(last.order_by(event_log.c.serial.desc()).limit(1)).scalar_one_or_none()


def recovery_from(periods: Sequence[NamedRow]) -> dict[str, object]:
    """Return a case's recovery for the view, from the rows of its periods. Support continues after each."""
    return {"periods": [row for row in periods if rules.is_recovery(row["code"])], "support_continues": True}


PROJECTIONS: Final = (Projection("recoveries", frozenset(CLOCKS), project_recoveries, (ReadModelTable("recoveries"),)),)

#: Each event of a clock can revoke an earlier one.
REACTIONS: Final = (
    *(Reaction("recovery_minimum", key, support_after_minimum) for key in CLOCKS),
    *(Reaction("entitlement_days", key, follow_count) for key in CLOCKS),
)

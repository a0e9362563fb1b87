"""What support keeps of others' events (projections), and what it does because of them (reactions).

News of a case can come before its opening when support begins to follow in the middle: it makes a stub then.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support import rules
from services.support.actions.cases import locked
from services.support.models import Case, Recovery, TeamMember, UrgentNeed
from shared.events.contract import Received
from shared.exchange import eventlog

OPENED = "intake.contact.opened"
STATUSES = {"intake.case.closed": "closed", "intake.case.reopened": "open"}
MEMBER_ADDED, MEMBER_REMOVED = "intake.team.member_added", "intake.team.member_removed"
CLOCK_STARTED = "intake.clock.started"

#: A reached period is stopped where what began it was corrected, and a stopped one woken where what stopped it was.
_STATES = {"intake.clock.reached": "reached", "intake.clock.stopped": "stopped", "intake.clock.woken": "running"}


def project_cases(session: Session, received: Sequence[Received]) -> None:
    """Store each case that an event is about, as intake opened and closed it; each batch counts its version up."""
    heard = insert(Case).values([_stub(case) for case in sorted({message.subject for message in received})])
    counted = {"version": Case.version + 1}
    session.execute(heard.on_conflict_do_update(index_elements=[Case.id], set_=counted))
    opened = {message.subject: _opened(message) for message in received if message.key == OPENED}
    if opened:
        upsert = insert(Case).values([opened[case] for case in sorted(opened)])
        news = {name: upsert.excluded[name] for name in ("jurisdiction", "language", "opened_on")}
        session.execute(upsert.on_conflict_do_update(index_elements=[Case.id], set_=news))
    statuses = {message.subject: STATUSES[message.key] for message in received if message.key in STATUSES}
    for status in sorted(set(statuses.values())):
        cases = [case for case, last in statuses.items() if last == status]
        session.execute(update(Case).where(Case.id.in_(cases)).values(status=status))


def _opened(received: Received) -> dict[str, Any]:
    data = received.data
    return {
        **_stub(received.subject),
        "jurisdiction": data["jurisdiction"],
        "language": data.get("language"),
        "opened_on": data["opened_on"],
    }


def _stub(case: UUID) -> dict[str, Any]:
    return {"id": case, "status": "open", "version": 1}


def project_team(session: Session, received: Sequence[Received]) -> None:
    """Store the members of each case's team: the last event about each member counts."""
    last = rules.last_of_each(_membership(message) for message in received)
    joined = [change for change in last if change.role is not None]
    if joined:
        upsert = insert(TeamMember).values(
            [
                {"case_id": change.case, "member": change.member, "role": change.role, "lead": change.lead}
                for change in joined
            ]
        )
        news = {"role": upsert.excluded.role, "lead": upsert.excluded.lead}
        session.execute(upsert.on_conflict_do_update(index_elements=[TeamMember.case_id, TeamMember.member], set_=news))
    left = [(change.case, change.member) for change in last if change.role is None]
    if left:
        session.execute(delete(TeamMember).where(tuple_(TeamMember.case_id, TeamMember.member).in_(left)))


def _membership(received: Received) -> rules.Membership:
    data = received.data
    if received.key == MEMBER_REMOVED:
        return rules.Membership(received.subject, data["member"], None)
    return rules.Membership(received.subject, data["member"], data["role"], data["lead"])


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
    case = locked(session, received.subject)
    noted_on = received.data["opened_on"]
    rows = [{"case_id": case.id, "service_type": need, "noted_on": noted_on} for need in needs]
    session.execute(insert(UrgentNeed).values(rows).on_conflict_do_nothing())
    eventlog.record(session, case.id, [rules.urgent_need_noted(needs)])


def support_after_minimum(session: Session, received: Received) -> None:
    """Emit that support continues when a recovery period reaches its minimum; a minimum ends nothing."""
    recovery = session.get(Recovery, received.data["clock"])
    if recovery is None or recovery.state != "reached":
        return
    case = locked(session, recovery.case_id)
    eventlog.record(session, case.id, [rules.recovery_supported(recovery.clock)])

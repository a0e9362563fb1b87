"""Compensation: a matter from its opening to the payment, whatever was decided about the person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.deadline.rules import is_late
from services.legal.matter import rules
from services.legal.matter.models import Matter
from services.legal.matter.schemas import OpenMatter, RecordApplication, RecordDecision, RecordPayment
from shared import deadlines
from shared.casework.cases import one, shown
from shared.casework.dates import dated
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog


def open_matter(session: Session, case: UUID, command: OpenMatter, now: datetime) -> tuple[UUID, int]:
    """Open a matter; return its id and the case's version. Raises `NotArrivedYet`, `FactRefused`."""
    locked_case, today = CASES.begin_change(session, case, now)
    remedy = rules.remedy_of(locked_case.jurisdiction, command.remedy)
    opened_on = dated("opened_on", command.opened_on, today)
    matter = Matter(id=new_id(), case_id=case, remedy=remedy.code, status="opened", opened_on=opened_on)
    session.add(matter)
    announced = {"matter": matter.id, "remedy": remedy.code, "opened_on": opened_on}
    eventlog.record(session, case, [Announcement("matter.opened", announced)])
    return matter.id, locked_case.version


def record_application(session: Session, case: UUID, matter: UUID, command: RecordApplication, now: datetime) -> int:
    """Record the application, which stops the remedy's limitation; return the version. Late is only noted."""
    locked_case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("application", claim.status)
    applied_on = dated("applied_on", command.applied_on, today)
    clock = rules.remedy_of(locked_case.jurisdiction, claim.remedy).clock
    claim.status, claim.applied_on = status, applied_on
    claim.late = is_late(applied_on, _last_days(session, case, clock), counts="earliest")
    _announce(session, claim, "compensation.applied", {"applied_on": applied_on, "late": claim.late})
    if clock is not None:
        deadlines.stop(session, case, [clock], now=now)
    return locked_case.version


def record_decision(session: Session, case: UUID, matter: UUID, command: RecordDecision, now: datetime) -> int:
    """Record the decision on a claim; return the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("decision", claim.status)
    rules.award(command.outcome, command.amount_band, command.currency)
    decided_on = dated("decided_on", command.decided_on, today, since=claim.applied_on, after="the application")
    claim.status, claim.decided_on = status, decided_on
    claim.outcome, claim.amount_band, claim.currency = command.outcome, command.amount_band, command.currency
    _announce(session, claim, "compensation.decided", shown(claim, "outcome", "amount_band", "currency", "decided_on"))
    return locked_case.version


def record_payment(session: Session, case: UUID, matter: UUID, command: RecordPayment, now: datetime) -> int:
    """Record that what was granted was paid; return the case's version."""
    locked_case, today = CASES.begin_change(session, case, now)
    claim = one(session, Matter, case, matter)
    status = rules.advance("payment", claim.status)
    rules.payable(claim.outcome)
    paid_on = dated("paid_on", command.paid_on, today, since=claim.decided_on, after="the decision")
    claim.status, claim.paid_on = status, paid_on
    _announce(session, claim, "compensation.paid", {"paid_on": paid_on})
    return locked_case.version


def applied_remedies(session: Session, case: UUID) -> set[str]:
    """Return the remedies that were applied for."""
    mine = select(Matter.remedy).where(Matter.case_id == case, Matter.applied_on.is_not(None))
    return set(session.execute(mine).scalars())


def _last_days(session: Session, case: UUID, clock: str | None) -> list[date | None]:
    # A stopped one gave way to another, or was begun by what was recorded on the wrong person.
    of_code = [period for period in deadlines.all_of(session, case) if period.code == clock]
    counting = [period for period in of_code if not period.is_withdrawn]
    return [period.due_on for period in [period for period in counting if not period.is_stopped] or counting]


def _announce(session: Session, matter: Matter, name: str, data: Mapping[str, Any]) -> None:
    claim_fields = {"matter": matter.id, "remedy": matter.remedy}
    eventlog.record(session, matter.case_id, [Announcement(name, {**claim_fields, **data})])

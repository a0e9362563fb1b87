"""Compensation: a matter from its opening to the payment, whatever was decided about the person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models, rules
from shared import deadlines
from shared.access.permissions import NotFound
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog

Body = Mapping[str, Any]


def begin(session: Session, case: UUID, body: Body, now: datetime) -> tuple[UUID, int]:
    """Open a matter; return its id and the case's new version. Raises `NotArrivedYet`, `FieldRefused`."""
    jurisdiction = models.jurisdiction(session, case)
    remedy = rules.remedy_of(jurisdiction, body["remedy"])
    opened_on = rules.dated("opened_on", body.get("opened_on"), rules.today(now, jurisdiction))
    matter = models.Matter(id=new_id(), case_id=case, remedy=remedy.code, status="opened", opened_on=opened_on)
    session.add(matter)
    announced = {"matter": matter.id, "remedy": remedy.code, "opened_on": opened_on}
    eventlog.record(session, case, [Announcement("matter.opened", announced)])
    return matter.id, models.bump(session, case)


def apply(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record the application, which stops the remedy's limitation; return the new version. Late is only noted."""
    claim, today = _load(session, case, matter, now)
    status = rules.advance("application", claim.status)
    applied_on = rules.dated("applied_on", body.get("applied_on"), today)
    clock = rules.remedy_of(models.jurisdiction(session, case), claim.remedy).clock
    claim.status, claim.applied_on = status, applied_on
    claim.late = rules.is_late(applied_on, _last_days(session, case, clock), counts="earliest")
    _announce(session, claim, "compensation.applied", {"applied_on": applied_on, "late": claim.late})
    if clock is not None:
        deadlines.stop(session, case, [clock], now=now)
    return models.bump(session, case)


def decide(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record the decision on a claim; return the new version."""
    claim, today = _load(session, case, matter, now)
    status = rules.advance("decision", claim.status)
    rules.award(body["outcome"], body["amount_band"], body["currency"])
    decided_on = rules.dated(
        "decided_on", body.get("decided_on"), today, since=claim.applied_on, after="the application"
    )
    claim.status, claim.decided_on = status, decided_on
    claim.outcome, claim.amount_band, claim.currency = body["outcome"], body["amount_band"], body["currency"]
    money = {"outcome": claim.outcome, "amount_band": claim.amount_band, "currency": claim.currency}
    _announce(session, claim, "compensation.decided", {**money, "decided_on": decided_on})
    return models.bump(session, case)


def pay(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record that what was granted was paid; return the new version."""
    claim, today = _load(session, case, matter, now)
    status = rules.advance("payment", claim.status)
    rules.payable(claim.outcome)
    paid_on = rules.dated("paid_on", body.get("paid_on"), today, since=claim.decided_on, after="the decision")
    claim.status, claim.paid_on = status, paid_on
    _announce(session, claim, "compensation.paid", {"paid_on": paid_on})
    return models.bump(session, case)


def _load(session: Session, case: UUID, matter: UUID, now: datetime) -> tuple[models.Matter, date]:
    query = select(models.Matter).where(models.Matter.id == matter, models.Matter.case_id == case)
    claim = session.execute(query).scalar_one_or_none()
    if claim is None:
        raise NotFound
    return claim, rules.today(now, models.jurisdiction(session, case))


def _last_days(session: Session, case: UUID, clock: str | None) -> list[date | None]:
    periods = [period for period in deadlines.of_subject(session, case) if period["code"] == clock]
    # A stopped one gave way to another, or was begun by what was recorded on the wrong person.
    counting = [period for period in periods if period["state"] != "withdrawn"]
    standing = [period for period in counting if period["state"] != "stopped"] or counting
    return [date.fromisoformat(period["due_on"]) if period["due_on"] else None for period in standing]


def _announce(session: Session, matter: models.Matter, name: str, data: Body) -> None:
    claim_fields = {"matter": matter.id, "remedy": matter.remedy}
    eventlog.record(session, matter.case_id, [Announcement(name, {**claim_fields, **data})])

"""Compensation: a matter from its opening to the payment, whatever was decided about the person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models, rules
from shared import deadlines, eventlog
from shared.access import NotFound
from shared.envelope import Announcement, new_id

Body = Mapping[str, Any]


def begin(session: Session, case: UUID, body: Body, now: datetime) -> tuple[UUID, int]:
    """Open a matter; gives its id and the case's new version. Raises `NotArrivedYet`, `FieldRefused`."""
    jurisdiction = models.jurisdiction(session, case)
    remedy = rules.remedy_of(jurisdiction, body["remedy"])
    opened_on = rules.dated("opened_on", body.get("opened_on"), rules.today(now, jurisdiction))
    matter = models.Matter(id=new_id(), case_id=case, remedy=remedy.code, status="opened", opened_on=opened_on)
    session.add(matter)
    announced = {"matter": matter.id, "remedy": remedy.code, "opened_on": opened_on}
    eventlog.record(session, case, [Announcement("matter.opened", announced)])
    return matter.id, models.bump(session, case)


def apply(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record the application, which stops the remedy's limitation; gives the new version. Late is only noted."""
    found, today = _load(session, case, matter, now)
    status = rules.advance("application", found.status)
    applied_on = rules.dated("applied_on", body.get("applied_on"), today)
    clock = rules.remedy_of(models.jurisdiction(session, case), found.remedy).clock
    found.status, found.applied_on = status, applied_on
    found.late = rules.is_late(applied_on, _last_days(session, case, clock), counts="earliest")
    _announce(session, found, "compensation.applied", {"applied_on": applied_on, "late": found.late})
    if clock is not None:
        deadlines.stop(session, case, [clock], now=now)
    return models.bump(session, case)


def decide(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record the decision on a claim; gives the new version."""
    found, today = _load(session, case, matter, now)
    status = rules.advance("decision", found.status)
    rules.award(body["outcome"], body["amount_band"], body["currency"])
    decided_on = rules.dated(
        "decided_on", body.get("decided_on"), today, since=found.applied_on, after="the application"
    )
    found.status, found.decided_on = status, decided_on
    found.outcome, found.amount_band, found.currency = body["outcome"], body["amount_band"], body["currency"]
    money = {"outcome": found.outcome, "amount_band": found.amount_band, "currency": found.currency}
    _announce(session, found, "compensation.decided", {**money, "decided_on": decided_on})
    return models.bump(session, case)


def pay(session: Session, case: UUID, matter: UUID, body: Body, now: datetime) -> int:
    """Record that what was granted was paid; gives the new version."""
    found, today = _load(session, case, matter, now)
    status = rules.advance("payment", found.status)
    rules.payable(found.outcome)
    paid_on = rules.dated("paid_on", body.get("paid_on"), today, since=found.decided_on, after="the decision")
    found.status, found.paid_on = status, paid_on
    _announce(session, found, "compensation.paid", {"paid_on": paid_on})
    return models.bump(session, case)


def _load(session: Session, case: UUID, matter: UUID, now: datetime) -> tuple[models.Matter, date]:
    wanted = select(models.Matter).where(models.Matter.id == matter, models.Matter.case_id == case)
    found = session.execute(wanted).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found, rules.today(now, models.jurisdiction(session, case))


def _last_days(session: Session, case: UUID, clock: str | None) -> list[date | None]:
    known = [each for each in deadlines.of_subject(session, case) if each["code"] == clock]
    # A stopped one gave way to another, or was begun by what was recorded on the wrong person.
    counting = [each for each in known if each["state"] != "withdrawn"]
    standing = [each for each in counting if each["state"] != "stopped"] or counting
    return [date.fromisoformat(each["due_on"]) if each["due_on"] else None for each in standing]


def _announce(session: Session, matter: models.Matter, name: str, data: Body) -> None:
    known = {"matter": matter.id, "remedy": matter.remedy}
    eventlog.record(session, matter.case_id, [Announcement(name, {**known, **data})])

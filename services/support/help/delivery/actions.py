"""Record and correct services and the urgent needs that they meet, in any order. Closed cases allow it too."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES
from services.support.help.delivery import rules
from services.support.help.delivery.events import ServiceDelivered
from services.support.help.delivery.models import Delivery, UrgentNeed
from services.support.help.delivery.rules import Service
from services.support.help.delivery.schemas import CorrectNeed, CorrectService, DeliverService, NoteNeed
from shared.access.views import shown
from shared.casework.corrections import Corrected
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.follower import Reaction
from shared.http import Created


def deliver_service(change: Change, command: DeliverService) -> Created:
    """Record a service that was given.

    It can meet urgent needs. Return its id, and that of an earlier equal record. Raises `FactRefused`.
    """
    return _record(change, **change.recorded(command, "delivered_on"))


def correct_service(change: Change, service: UUID, command: CorrectService) -> UUID:
    """Correct or withdraw a service; the earlier values are kept.

    The urgent needs that it meets are updated. Return the correction's id. Raises `NotFound`, `FactRefused`,
    `StepForbidden`.
    """
    delivery = change.one(Delivery, service)
    rules.check_stands_alone(delivery.record)

    def announce(corrected: Corrected) -> None:
        was = delivery.service_type if corrected.takes_back else corrected.was.get("service_type")
        _announce(change, delivery, None if was is None else str(was))

    return change.correct_dated("delivered_on", delivery, "service", command, after=announce)


def follow_record(
    change: Change, record: UUID, before: Service | None, after: Service | None, *, unsafe: bool = False
) -> None:
    """Record, change or withdraw the service that comes from a record of practical help, a stay or a session.

    Every step of such a record calls this, so that needs and agencies are updated. `before` and `after`: the service
    that the record gives before and after the step; None: it gives none. `unsafe`: whether the person reports the place
    of a stay as unsafe. Then the step gives no service that the record has not given yet, and meets no further need.
    """
    change.session.flush()
    of_record = select(Delivery).where(Delivery.case_id == change.case, Delivery.record == record)
    delivery = change.session.scalars(of_record).one_or_none()
    if delivery is not None:
        _follow(change, delivery, after, unsafe=unsafe)
    # A record that gave its service at an earlier release has none, and gets none: its day can be long past.
    elif not unsafe and before is None and after is not None:
        urgent = _open(change.session, change.case, after.service_type) is not None
        made = {"recorded_at": change.now, "recorded_by": UUID(change.by.subject)}
        _record(change, record=record, urgent=urgent, **made, **asdict(after))


def _follow(change: Change, delivery: Delivery, after: Service | None, *, unsafe: bool) -> None:
    """Change a service to match its record, or withdraw it. The record keeps its own earlier values."""
    counts = delivery.taken_back_at is None
    stood = Service(delivery.service_type, delivery.delivered_on, delivery.ended_on) if counts else None
    is_safe_again, delivery.unsafe = delivery.unsafe and not unsafe, unsafe
    if after == stood:
        if is_safe_again:
            change.announce(*_follow_needs(change.session, change.case))
        return
    delivery.taken_back_at = change.now if after is None else None
    is_of_kind = stood is not None and after is not None and after.service_type == stood.service_type
    for name, value in ({} if after is None else asdict(after)).items():
        setattr(delivery, name, value)
    if after is not None and not is_of_kind:
        delivery.urgent = _open(change.session, change.case, after.service_type) is not None
    delivery.revision += 1
    _announce(change, delivery, None if stood is None or is_of_kind else stood.service_type)


def _record(change: Change, **stored: Any) -> Created:
    """Store and publish a service. Return its id, and that of an earlier equal record."""
    delivery = change.add(Delivery, **stored)
    alike = change.alike(delivery, "delivered_on", ("service_type",))
    _announce(change, delivery)
    return Created(delivery.id, alike)


def note_need(change: Change, command: NoteNeed) -> UUID:
    """Record a need that can't wait.

    Return its id. If a need of this kind is open already, return that one. Raises
    `FactRefused`.
    """
    stored = change.recorded(command, "noted_on")
    open_need = _open(change.session, change.case, command.service_type)
    if open_need is not None:
        return open_need.id
    need = change.add(UrgentNeed, **stored)
    _announce_needs(change.session, change.case, [need])
    return need.id


def correct_need(change: Change, need_id: UUID, command: CorrectNeed) -> UUID:
    """Correct or withdraw an urgent need; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    need = change.one(UrgentNeed, need_id)
    withdrawn = rules.urgent_need_withdrawn(need.id, need.service_type, need.noted_on)

    def announce(corrected: Corrected) -> None:
        is_changed = bool(corrected.was.keys() & {"service_type", "noted_on"})
        if corrected.takes_back or is_changed:
            # Earlier events about the need do not apply now. New events state whether a service meets it.
            need.met_on = None
            if corrected.takes_back or "service_type" in corrected.was:
                need.met_by = None
            change.announce(withdrawn)
        if not corrected.takes_back and need.met_on is None:
            # A corrected day keeps `met_by` until here: an unsafe stay meets only the needs that it meets already.
            _announce_needs(change.session, change.case, [need], corrected=need.id if is_changed else None)
            if need.met_on is None:
                need.met_by = None

    return change.correct_dated("noted_on", need, "urgent_need", command, after=announce)


def note_urgent_needs(session: Session, received: Received) -> None:
    """Record the urgent needs of the first contact."""
    noted = received.data["urgent_needs"]
    case = received.subject
    CASES.lock(session, case)
    day, now = received.data["opened_on"], time_source.now(session)
    needs = [
        UrgentNeed(id=new_id(), case_id=case, service_type=service_type, noted_on=day, recorded_at=now)
        for service_type in noted
        if _open(session, case, service_type) is None
    ]
    if needs:
        session.add_all(needs)
        _announce_needs(session, case, needs)


def _open(session: Session, case: UUID, service_type: str) -> UrgentNeed | None:
    """Return the oldest urgent need of a kind that no service has met; None if there is none."""
    waiting = (UrgentNeed.met_on.is_(None), UrgentNeed.taken_back_at.is_(None))
    query = select(UrgentNeed).where(UrgentNeed.case_id == case, UrgentNeed.service_type == service_type, *waiting)
    return session.scalars(query.order_by(UrgentNeed.id).limit(1)).first()


def _announce(change: Change, delivery: Delivery, withdrawn: str | None = None) -> None:
    """Publish a service in its current state if it was not withdrawn, and the changed needs.

    `withdrawn`: its former kind. Agencies that received it as one of this kind receive its withdrawal.
    """
    followed = _follow_needs(change.session, change.case)
    of_delivery = select(UrgentNeed.id).where(UrgentNeed.case_id == change.case, UrgentNeed.met_by == delivery.id)
    met = change.session.scalars(of_delivery.limit(1)).first() is not None
    payload = shown(delivery, ServiceDelivered, service=delivery.id, met_urgent_need=met)
    announced = [] if withdrawn is None else [rules.service_withdrawn(delivery.id, withdrawn)]
    announced += [] if delivery.taken_back_at is not None else [Announcement("service.delivered", payload)]
    change.announce(*announced, *followed)


def _announce_needs(session: Session, case: UUID, needs: list[UrgentNeed], corrected: UUID | None = None) -> None:
    """Publish needs that were noted on one day, and the services that meet some of them already.

    `corrected`: the id of the need whose kind or day was corrected. None for new needs.
    """
    noted = rules.urgent_need_noted([need.service_type for need in needs], needs[0].noted_on, corrected)
    eventlog.record(session, case, [noted, *_follow_needs(session, case)])


def _follow_needs(session: Session, case: UUID) -> list[Announcement]:
    """Store which service meets which need, and return the events about the differences."""
    session.flush()
    counting = select(UrgentNeed).where(UrgentNeed.case_id == case, UrgentNeed.taken_back_at.is_(None))
    needs = {row.id: row for row in session.scalars(counting.order_by(UrgentNeed.id))}
    standing = select(Delivery).where(Delivery.case_id == case, Delivery.taken_back_at.is_(None))
    services = [
        rules.Given(row.id, row.service_type, row.delivered_on, row.ended_on, row.unsafe)
        for row in session.scalars(standing)
    ]
    before = [rules.Need(row.id, row.service_type, row.noted_on, row.met_by, row.met_on) for row in needs.values()]
    changes = rules.differences(before, services)
    for need, (_before, service) in changes.items():
        needs[need].met_by, needs[need].met_on = (None, None) if service is None else (service.id, service.day)
    return [rules.changed(need, service) for need, service in changes.values()]


REACTIONS: Final = (Reaction("urgent_needs", "intake.contact.opened", note_urgent_needs),)

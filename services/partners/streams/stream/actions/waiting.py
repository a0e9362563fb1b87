"""Hold events while delivery by consent is paused for a case, and put them into the streams once it resumes.

An agency ignores an event whose id it has already seen. A withheld event therefore leaves a placeholder with another
id, and returns at a later position with its own id.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.rules import FROZEN
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.placing import event_of, put
from services.partners.streams.stream.actions.recording import keep_decisions, record_new
from services.partners.streams.stream.models import FrozenEvent, Position, ToldEvent
from shared.deadlines import time_source
from shared.events.contract import Received


def take_out(session: Session, position: Position, event: ToldEvent) -> UUID:
    """Remove an event from its position until it may be delivered again; return the id that replaces it there.

    If two readers do so at once, one of them removes it, and both return the same id.
    """
    instead = uuid5(event.id, f"{position.agency}/{position.sequence}")
    here = (Position.agency == position.agency, Position.sequence == position.sequence, Position.event == event.id)
    emptied = update(Position).where(*here).values(event=instead).returning(Position.sequence)
    if session.scalar(emptied.execution_options(synchronize_session=False)) is not None:
        where = {"sequence": position.sequence, "told_on": position.told_on}
        row = {"agency": position.agency, "event": event.id, "case_id": event.case_id, **where}
        session.execute(insert(FrozenEvent).values(**row).on_conflict_do_nothing())
    return instead


def tell_resumed(session: Session, received: Received) -> None:
    """Put the waiting events of a case into the streams: delivery by consent resumes."""
    tell_waiting(session, received.subject, time_source.now(session))


def tell_waiting(session: Session, case: UUID, now: datetime) -> None:
    """Put the waiting events of a case into the streams, in their order, unless delivery is still paused."""
    waited_for = select(FrozenEvent.agency).where(FrozenEvent.case_id == case).distinct()
    if session.scalar(waited_for.limit(1)) is None or grounds.is_frozen(session, case):
        return
    # A reader at this moment may still add a waiting event.
    parties = grounds.parties(session, case)
    grounds.hold_alone(session, parties)
    for agency in sorted(session.scalars(waited_for).all()):
        _tell_agency(session, agency, case, now)
    _forget(session, case, parties)


def _tell_agency(session: Session, agency: UUID, case: UUID, now: datetime) -> None:
    _take_out_later(session, agency, case, now)
    of_agency = select(FrozenEvent, ToldEvent).join(ToldEvent, ToldEvent.id == FrozenEvent.event)
    own = of_agency.where(FrozenEvent.agency == agency, FrozenEvent.case_id == case)
    law = grounds.law_of(session, case)
    for row, event in session.execute(own.order_by(FrozenEvent.sequence.nulls_last(), FrozenEvent.serial)).all():
        if row.sequence is None:
            _tell_now(session, row, event, now)
        else:
            # It had a position before. Like every event with a position, it is decided when it is read.
            put(session, [agency], event.id, now, law, row.told_on)


def _take_out_later(session: Session, agency: UUID, case: UUID, now: datetime) -> None:
    """Remove the later events that had to wait too, behind the first one that was removed: all return in order."""
    taken = select(FrozenEvent.sequence).where(FrozenEvent.agency == agency, FrozenEvent.case_id == case)
    first = session.scalar(taken.where(FrozenEvent.sequence.is_not(None)).order_by(FrozenEvent.sequence).limit(1))
    if first is None:
        return
    of_case = select(Position, ToldEvent).join(ToldEvent, ToldEvent.id == Position.event)
    later = of_case.where(Position.agency == agency, Position.sequence > first, ToldEvent.case_id == case)
    for position, event in session.execute(later).all():
        received = Received(event_of(event, time=now, position=event.source_position or 0), {})
        decisions = decided(session, received, now, only=agency, told_on=position.told_on, as_frozen=True)
        if any(decision.because == FROZEN for decision in decisions.values()):
            take_out(session, position, event)


def _tell_now(session: Session, row: FrozenEvent, waited: ToldEvent, now: datetime) -> None:
    """Put an event into a stream for the first time, if the agency may receive it now, by the grounds of its day."""
    received = Received(event_of(waited, time=now, position=waited.source_position or 0), {})
    decisions = decided(session, received, now, only=row.agency, told_on=row.told_on)
    if any(decision.is_told for decision in decisions.values()):
        law = grounds.law_of(session, row.case_id)
        put(session, [row.agency], row.event, now, law, row.told_on)
        record_new(session, received.event, decisions, grounds.day_of(now, law))
    keep_decisions(session, row.case_id, received.key, decisions, now)


def _forget(session: Session, case: UUID, agencies: Collection[UUID]) -> None:
    """Delete the waiting events, and the stored events that none of these agencies received."""
    waited = session.scalars(delete(FrozenEvent).where(FrozenEvent.case_id == case).returning(FrozenEvent.event)).all()
    is_told = exists().where(Position.agency.in_(agencies), Position.event == ToldEvent.id)
    unheard = delete(ToldEvent).where(ToldEvent.id.in_(waited), ~is_told)
    session.execute(unheard.execution_options(synchronize_session=False))

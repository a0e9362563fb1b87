"""Events that came before what they are judged by: kept for a while, and judged again once that has come.

By what an agency may hear of somebody only intake's log can say. An event of another service may be here before a
consent that was recorded before it: after an outage of intake, say. It is told once the consent has come, at a later
position. What was recorded before a ground is read in its source's log (`history`).
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Record
from services.partners.streams.ground import events as ground_events
from services.partners.streams.ground.rules import FROZEN, OF_THE_PERSON
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.erasing import tell_held
from services.partners.streams.stream.actions.placing import event_of, kept_of
from services.partners.streams.stream.actions.telling import put_told, tell
from services.partners.streams.stream.actions.waiting import tell_resumed
from services.partners.streams.stream.events import leaving_keys
from services.partners.streams.stream.models import ABOUT_SOMEBODY, EarlyEvent, FrozenEvent, Position, ToldEvent
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange import holds
from shared.exchange.follower import Reaction
from shared.runtime.expiry import Expiring

#: Within so long what was recorded has a position in its log: nothing of before comes behind it.
_MARGIN: Final = timedelta(minutes=2)
#: Where intake says nothing for days, nobody waits for it any longer.
_DAYS: Final = 7
_EARLY: Final = Record.metadata.tables[EarlyEvent.__tablename__]
EXPIRING: Final = (Expiring(_EARLY, _EARLY.c.recorded_at, _DAYS),)


def tell_or_keep(session: Session, received: Received) -> None:
    """Put an event of another source than intake into streams; keep it where something of before it may open it yet."""
    now = time_source.now(session)
    decisions = decided(session, received, now)
    put_told(session, received, decisions, now)
    is_about_somebody = received.event.classification == ABOUT_SOMEBODY
    if is_about_somebody and any(decision.because in OF_THE_PERSON for decision in decisions.values()):
        row = {**kept_of(received), "position": received.event.position, "recorded_at": received.event.time}
        session.execute(insert(EarlyEvent).values(**row).on_conflict_do_nothing())


def tell_early(session: Session, received: Received) -> None:
    """Judge again what is kept of a case and was recorded after this event of intake's."""
    case, since = received.subject, received.event.time
    # A case's events are recorded one after another: nothing of before `since` will come that could open these.
    session.execute(delete(EarlyEvent).where(EarlyEvent.case_id == case, EarlyEvent.recorded_at < since))
    early = select(EarlyEvent).where(EarlyEvent.case_id == case)
    for event in session.scalars(early.order_by(EarlyEvent.recorded_at, EarlyEvent.position)):
        _tell_again(session, event)
    _forget(session, since)


def _tell_again(session: Session, early: EarlyEvent) -> None:
    event, now = event_of(early, time=early.recorded_at, position=early.position), time_source.now(session)
    received = Received(event, {})
    decisions = decided(session, received, now)
    # In order, or not at all: whoever was told of something later of the same case hears no more of this.
    later = _told_later(session, early)
    in_order = {
        agency: decision
        for agency, decision in decisions.items()
        if (decision.is_told or decision.because == FROZEN) and agency not in later
    }
    put_told(session, received, in_order, now)


def _told_later(session: Session, early: EarlyEvent) -> set[UUID]:
    """Return the agencies that were told of this event, or of a later one of the same source and case, or will be."""
    of_case = (ToldEvent.case_id == early.case_id, ToldEvent.source == early.source)
    later = (*of_case, ToldEvent.source_position >= early.position)
    heard = select(Position.agency).join(ToldEvent, ToldEvent.id == Position.event).where(*later)
    waiting = select(FrozenEvent.agency).join(ToldEvent, ToldEvent.id == FrozenEvent.event).where(*later)
    return set(session.scalars(heard.union(waiting)))


def _forget(session: Session, heard_until: datetime) -> None:
    """Delete what intake has been heard beyond, but of cases of which its events are held up."""
    over = EarlyEvent.recorded_at < heard_until - _MARGIN
    session.execute(delete(EarlyEvent).where(over, EarlyEvent.case_id.not_in(holds.subjects_of(ground_events.SOURCE))))


def _reactions() -> tuple[Reaction, ...]:
    # What partners tells of itself comes from its own log (`own_events`): no service follows itself.
    opening = {read.key for read in ground_events.OPENING}
    return (
        *(
            Reaction("tell", key, tell if key.startswith(f"{ground_events.SOURCE}.") else tell_or_keep)
            for key in leaving_keys()
            if key != ground_events.HELD
        ),
        Reaction("tell", ground_events.HELD, tell_held),
        *(Reaction("tell early", key, tell_early) for key in sorted(opening)),
        Reaction("tell what waited", ground_events.RESUMED, tell_resumed),
    )


REACTIONS: Final = _reactions()

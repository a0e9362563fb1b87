"""Events that arrived before the events that grant access to them: stored for a while, and decided again.

Only intake's log states what an agency can receive about a person. An event of another service can arrive before a
consent that was recorded earlier, for example after an outage of intake. It is delivered once the consent has arrived,
at a later position. Events that were recorded before a ground are read from their source's log (`history`).
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

#: Within this time a recorded event has a position in its log: no earlier event follows it later.
_MARGIN: Final = timedelta(minutes=2)
#: If intake publishes nothing for days, events are not kept longer.
_DAYS: Final = 7
_EARLY: Final = Record.metadata.tables[EarlyEvent.__tablename__]
EXPIRING: Final = (Expiring(_EARLY, _EARLY.c.recorded_at, _DAYS),)


def tell_or_keep(session: Session, received: Received) -> None:
    """Put an event of a service other than intake into streams, and keep it if an earlier event could still open it."""
    now = time_source.now(session)
    decisions = decided(session, received, now)
    put_told(session, received, decisions, now)
    is_about_somebody = received.event.classification == ABOUT_SOMEBODY
    if is_about_somebody and any(decision.because in OF_THE_PERSON for decision in decisions.values()):
        row = {**kept_of(received), "position": received.event.position, "recorded_at": received.event.time}
        session.execute(insert(EarlyEvent).values(**row).on_conflict_do_nothing())


def tell_early(session: Session, received: Received) -> None:
    """Decide again on the stored events of a case that were recorded after this event of intake."""
    case, since = received.subject, received.event.time
    # A case's events are recorded one after another: no event from before `since` can follow that would open these.
    session.execute(delete(EarlyEvent).where(EarlyEvent.case_id == case, EarlyEvent.recorded_at < since))
    early = select(EarlyEvent).where(EarlyEvent.case_id == case)
    for event in session.scalars(early.order_by(EarlyEvent.recorded_at, EarlyEvent.position)):
        _tell_again(session, event)
    _forget(session, since)


def _tell_again(session: Session, early: EarlyEvent) -> None:
    event, now = event_of(early, time=early.recorded_at, position=early.position), time_source.now(session)
    received = Received(event, {})
    decisions = decided(session, received, now)
    # The order must be kept: an agency that has a later event of the same case does not receive this one.
    later = _told_later(session, early)
    in_order = {
        agency: decision
        for agency, decision in decisions.items()
        if (decision.is_told or decision.because == FROZEN) and agency not in later
    }
    put_told(session, received, in_order, now)


def _told_later(session: Session, early: EarlyEvent) -> set[UUID]:
    """Return the agencies that received, or will receive, this event or a later one of the same source and case."""
    of_case = (ToldEvent.case_id == early.case_id, ToldEvent.source == early.source)
    later = (*of_case, ToldEvent.source_position >= early.position)
    heard = select(Position.agency).join(ToldEvent, ToldEvent.id == Position.event).where(*later)
    waiting = select(FrozenEvent.agency).join(ToldEvent, ToldEvent.id == FrozenEvent.event).where(*later)
    return set(session.scalars(heard.union(waiting)))


def _forget(session: Session, heard_until: datetime) -> None:
    """Delete events older than intake's applied events, except of cases whose intake events are held."""
    over = EarlyEvent.recorded_at < heard_until - _MARGIN
    session.execute(delete(EarlyEvent).where(over, EarlyEvent.case_id.not_in(holds.subjects_of(ground_events.SOURCE))))


def _reactions() -> tuple[Reaction, ...]:
    # The service's own events come from its own log (`own_events`): no service follows itself.
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

"""An event is put at the next position of the stream of each agency that asked for it and may hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.ground import actions as grounds
from services.partners.ground import rules as gate
from services.partners.ground.rules import Decision, Person, Side
from services.partners.stream.actions.recording import record_new
from services.partners.stream.models import (
    ABOUT_SOMEBODY,
    FICTITIOUS,
    GateDecision,
    Position,
    Stream,
    StreamEpoch,
    ToldEvent,
)
from services.partners.subscription import actions as subscriptions
from services.partners.subscription.rules import Asked
from shared.access.agencies import ENDED
from shared.deadlines import time_source
from shared.events.audience import Reach
from shared.events.contract import Received
from shared.events.envelope import new_id
from shared.events.outside import OutsideType, outside_type
from shared.exchange import eventlog
from shared.store.context import ContextKey


def tell(session: Session, received: Received) -> None:
    """Put an event at the next position of the stream of each agency that asked for it and may hear of it."""
    now = time_source.now(session)
    put_told(session, received, decided(session, received, now), now)


def decided(session: Session, received: Received, now: datetime) -> dict[UUID, Decision]:
    """Return what is decided now of an event, for each agency that asked for it."""
    event = received.event
    event_type = outside_type(event.source, event.name, event.version)
    if event_type is None or not event_type.audience.leaves:
        return {}
    listeners = _listeners(session)
    if not listeners.asked:
        return {}
    law = grounds.law_of(session, received.subject)
    wanting = [asked.agency for asked in listeners.asked if asked.wants(event_type, law)]
    sides = {agency: listeners.sides[agency] for agency in wanting}
    return _decided(session, event_type, received, law, sides, now) if sides else {}


@dataclass(frozen=True)
class _Listeners:
    """What each agency asked for, and its side."""

    asked: list[Asked]
    sides: Mapping[UUID, Side]


#: Looked up once for the events of one transaction: what is put into a stream is decided anew when it is handed over.
_LISTENERS: ContextKey[_Listeners] = ContextKey("who may be told")


def _listeners(session: Session) -> _Listeners:
    listeners = _LISTENERS.find(session)
    if listeners is None:
        asked = subscriptions.every(session)
        by_agency = {each.agency: (each.purposes, each.data_categories) for each in asked}
        # An installation begins without any: then nothing else is read for each event.
        sides = grounds.sides(session, by_agency) if asked else {}
        # Of one that has ended nothing is ever decided again: its rows stay, and must cost no event anything.
        there = [each for each in asked if sides[each.agency].state != ENDED]
        listeners = _Listeners(there, sides)
        _LISTENERS.put(session, listeners)
    return listeners


def put_told(session: Session, received: Received, decisions: Mapping[UUID, Decision], now: datetime) -> None:
    """Put an event into the streams of those who are told of it, and keep what was decided."""
    hearing = [agency for agency, decision in decisions.items() if decision.is_told]
    if hearing:
        law = grounds.law_of(session, received.subject)
        _keep_event(session, received)
        put(session, hearing, received.event.id, now, law)
        record_new(session, received.event, decisions, grounds.day_of(now, law))
    keep_decisions(session, received.subject, received.key, decisions, now)


def _decided(
    session: Session,
    event_type: OutsideType,
    received: Received,
    law: str | None,
    sides: Mapping[UUID, Side],
    now: datetime,
) -> dict[UUID, Decision]:
    data, party = received.event.data, None
    if event_type.audience.reach is Reach.PARTY:
        party = grounds.party_of(session, event_type.audience, data)
        sides = {agency: side for agency, side in sides.items() if agency == party}
    is_about_somebody = received.event.classification == ABOUT_SOMEBODY
    people = grounds.towards(session, received.subject, law, sides, now) if is_about_somebody and sides else {}
    return {agency: decide(event_type, data, side, people.get(agency), party, now) for agency, side in sides.items()}


def decide(
    event_type: OutsideType,
    data: Mapping[str, object],
    side: Side,
    person: Person | None,
    party: UUID | None,
    now: datetime,
    told_on: date | None = None,
) -> Decision:
    """Return whether an agency is told of an event now; `told_on`: the day on which it was put on its way, if before.

    `person`: the side of whom it is about, None if it is about nobody.
    """
    today = grounds.day_of(now, None) if person is None else person.today
    side_of_person = None if person is None else gate.towards(event_type, person)
    weighed = None if side_of_person is None else gate.weigh(side, side_of_person, told_on=told_on or today)
    return gate.decide(event_type, data, side, weighed, party=party, today=today)


def tell_fictitious(
    session: Session, agency: UUID, nobody: UUID, source: str, name: str, version: int, data: Mapping[str, object]
) -> None:
    """Put an event about somebody who does not exist at the next position of a sandbox's stream."""
    event, now = new_id(), time_source.now(session)
    what = {"source": source, "name": name, "version": version, "classification": FICTITIOUS, "data": dict(data)}
    session.execute(insert(ToldEvent).values(id=event, case_id=nobody, correlation=event, **what))
    put(session, [agency], event, now, None)


def _keep_event(session: Session, received: Received) -> None:
    row = {**kept_of(received), "source_position": received.event.position}
    session.execute(insert(ToldEvent).values(row).on_conflict_do_nothing())


def kept_of(received: Received) -> dict[str, object]:
    """Return what is kept of an event: of its data nothing that leaves for no agency, but for what the gate asks."""
    event = received.event
    event_type = outside_type(event.source, event.name, event.version)
    return {
        "id": event.id,
        "source": event.source,
        "name": event.name,
        "version": event.version,
        "case_id": event.subject,
        "classification": event.classification,
        "correlation": event.correlation,
        "cause": event.cause,
        "data": {} if event_type is None else leaving(event_type, event.data),
    }


def leaving(event_type: OutsideType, data: Mapping[str, object]) -> dict[str, object]:
    """Return the data without what leaves for no agency, but for what the gate looks at when it is asked again."""
    audience = event_type.audience
    asked = {audience.by, audience.agency, audience.record}
    categories = event_type.categories()
    return {name: value for name, value in data.items() if name in categories or name in asked}


def put(session: Session, agencies: Sequence[UUID], event: UUID, now: datetime, law: str | None) -> None:
    """Put an event at the next position of each agency's stream, where it has none yet."""
    there = set(session.scalars(select(Position.agency).where(Position.event == event, Position.agency.in_(agencies))))
    new = sorted(set(agencies) - there)
    if not new:
        return
    _begin_lives(session, new, now)
    advanced = update(Stream).where(Stream.agency.in_(new)).values(head=Stream.head + 1)
    heads = session.execute(advanced.returning(Stream.agency, Stream.head)).all()
    day = grounds.day_of(now, law)
    rows = [
        {"agency": row.agency, "sequence": row.head, "event": event, "told_at": now, "told_on": day} for row in heads
    ]
    session.execute(insert(Position).values(rows))


def _begin_lives(session: Session, agencies: Sequence[UUID], now: datetime) -> None:
    """Lock these agencies' streams in one order, and begin a life of each that this database has not begun."""
    session.execute(
        insert(Stream).values([{"agency": agency, "head": 0} for agency in agencies]).on_conflict_do_nothing()
    )
    locked = select(Stream).where(Stream.agency.in_(agencies)).order_by(Stream.agency).with_for_update()
    heads = {stream.agency: stream.head for stream in session.scalars(locked.execution_options(populate_existing=True))}
    epoch = eventlog.epochs(session)[-1].epoch
    begun = set(session.scalars(select(StreamEpoch.agency).where(StreamEpoch.epoch == epoch)))
    lives = [
        {"agency": agency, "epoch": epoch, "after": head, "began_at": now}
        for agency, head in heads.items()
        if agency not in begun
    ]
    if lives:
        session.execute(insert(StreamEpoch).values(lives).on_conflict_do_nothing())


def keep_decisions(session: Session, case: UUID, key: str, decisions: Mapping[UUID, Decision], now: datetime) -> None:
    """Store what was decided of a type of event about somebody: once, and how often."""
    rows = [
        {
            "case_id": case,
            "agency": agency,
            "type": key,
            "because": decision.because,
            "is_told": decision.is_told,
            "count": 1,
            "first_at": now,
            "last_at": now,
        }
        for agency, decision in sorted(decisions.items())
    ]
    if rows:
        new = insert(GateDecision).values(rows)
        again = {"count": GateDecision.count + 1, "last_at": new.excluded.last_at}
        key_columns = ["case_id", "agency", "type", "because"]
        session.execute(new.on_conflict_do_update(index_elements=key_columns, set_=again))

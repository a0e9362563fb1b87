"""What the gate decides of an event for each agency that asked for it, and how often it did."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.ground import actions as grounds
from services.partners.ground import rules as gate
from services.partners.ground.events import LEGAL_WORK
from services.partners.ground.rules import Decision, Person, Side
from services.partners.stream.models import ABOUT_SOMEBODY, GateDecision
from services.partners.subscription import actions as subscriptions
from services.partners.subscription.rules import Asked
from shared.access.agencies import ENDED
from shared.events.audience import Reach
from shared.events.contract import Received
from shared.events.outside import OutsideType, outside_type
from shared.store.context import ContextKey
from shared.store.many_rows import rows_into


def decided(
    session: Session,
    received: Received,
    now: datetime,
    *,
    only: UUID | None = None,
    told_on: date | None = None,
    as_frozen: bool = False,
) -> dict[UUID, Decision]:
    """Return what is decided now of an event, for each agency that asked for it, or for one alone.

    `told_on`: the day on which it was put on its way, if before. `as_frozen`: what would be decided if nothing of the
    case went by consent.
    """
    event = received.event
    event_type = outside_type(event.source, event.name, event.version)
    if event_type is None or not event_type.audience.leaves:
        return {}
    listeners = _listeners(session)
    if not listeners.asked:
        return {}
    law = grounds.law_of(session, received.subject)
    wanting = [asked.agency for asked in listeners.asked if asked.wants(event_type, law)]
    asking = {agency: listeners.sides[agency] for agency in wanting if only in (None, agency)}
    if not asking:
        return {}
    party, sides = _concerned(session, event_type, event.data, asking)
    is_about_somebody = event.classification == ABOUT_SOMEBODY
    people = grounds.towards(session, received.subject, law, sides, now) if is_about_somebody and sides else {}
    if as_frozen:
        people = {agency: replace(person, is_frozen=True) for agency, person in people.items()}
    return {
        agency: decide(event_type, event.data, side, people.get(agency), party, now, told_on)
        for agency, side in sides.items()
    }


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


def _concerned(
    session: Session, event_type: OutsideType, data: Mapping[str, object], sides: Mapping[UUID, Side]
) -> tuple[UUID | None, Mapping[UUID, Side]]:
    """Return the agency that an event concerns alone, if there is one, and the sides of those that may hear of it."""
    if event_type.audience.reach is not Reach.PARTY:
        return None, sides
    party = grounds.party_of(session, event_type.audience, data)
    return party, {agency: side for agency, side in sides.items() if agency == party}


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
    side_of_person = None if person is None else gate.towards(event_type, person, LEGAL_WORK)
    weighed = None if side_of_person is None else gate.weigh(side, side_of_person, told_on=told_on or today)
    return gate.decide(event_type, data, side, weighed, party=party, today=today)


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
        new = rows_into(GateDecision, rows)
        again = {"count": GateDecision.count + 1, "last_at": new.excluded.last_at}
        key_columns = ["case_id", "agency", "type", "because"]
        session.execute(new.on_conflict_do_update(index_elements=key_columns, set_=again))

"""Decide by the gate which agencies may receive an event that they subscribed to."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground import rules as gate
from services.partners.streams.ground.events import LEGAL_WORK
from services.partners.streams.ground.rules import Decision, Person, Side
from services.partners.streams.stream.models import ABOUT_SOMEBODY
from services.partners.streams.subscription import actions as subscriptions
from services.partners.streams.subscription.rules import Asked
from shared.access.agencies import ENDED
from shared.events.audience import Reach
from shared.events.contract import Received
from shared.events.outside import OutsideType, outside_type
from shared.store.context import ContextKey


def decided(
    session: Session,
    received: Received,
    now: datetime,
    *,
    only: UUID | None = None,
    told_on: date | None = None,
    as_frozen: bool = False,
) -> dict[UUID, Decision]:
    """Return the decision about an event now, for each agency that subscribed to it, or for one of them (`only`).

    `told_on`: the day on which the event first became due for delivery, if earlier. `as_frozen`: the decision if
    delivery by consent were paused for the case.
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
    """The subscription of each agency, and its side of the gate."""

    asked: list[Asked]
    sides: Mapping[UUID, Side]


#: Read once for the events of one transaction. A delivery decides again about what is in a stream.
_LISTENERS: ContextKey[_Listeners] = ContextKey("who may be told")


def _listeners(session: Session) -> _Listeners:
    listeners = _LISTENERS.find(session)
    if listeners is None:
        asked = subscriptions.every(session)
        by_agency = {each.agency: (each.purposes, each.data_categories) for each in asked}
        # A new installation has no subscriptions, and nothing else is read for an event.
        sides = grounds.sides(session, by_agency) if asked else {}
        # Nothing is decided for an agency that has ended. Its rows stay, and must not cost anything for an event.
        there = [each for each in asked if sides[each.agency].state != ENDED]
        listeners = _Listeners(there, sides)
        _LISTENERS.put(session, listeners)
    return listeners


def _concerned(
    session: Session, event_type: OutsideType, data: Mapping[str, object], sides: Mapping[UUID, Side]
) -> tuple[UUID | None, Mapping[UUID, Side]]:
    """Return the only agency that an event concerns, if there is one, and the sides of those that may receive it."""
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
    """Return whether an agency may receive an event now.

    `told_on`: the day on which the event first became due for delivery, if earlier. `person`: the side of the person
    whom the event is about; None if it is about no person.
    """
    today = grounds.day_of(now, None) if person is None else person.today
    day = told_on or today

    def decision(side_of_person: Person | None) -> Decision:
        weighed = None if side_of_person is None else gate.weigh(side, side_of_person, told_on=day)
        return gate.decide(event_type, data, side, weighed, party=party, today=today)

    if person is None:
        return decision(None)
    whole = gate.towards(event_type, person, LEGAL_WORK)
    facing = gate.narrowed(event_type, data, whole)
    decided_on = decision(facing)
    if facing is whole or decided_on.is_told or not decision(whole).is_told:
        return decided_on
    return replace(decided_on, because=gate.NAMED_OTHERS)

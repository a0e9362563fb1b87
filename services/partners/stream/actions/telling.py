"""An event is put at the next position of the stream of each agency that asked for it and may hear of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.ground import actions as grounds
from services.partners.ground.rules import FROZEN, Decision
from services.partners.history import actions as histories
from services.partners.stream.actions.deciding import decided, keep_decisions
from services.partners.stream.actions.placing import keep_event, put
from services.partners.stream.actions.recording import record_new
from services.partners.stream.actions.waiting import keep_waiting, tell_waiting
from services.partners.stream.models import ABOUT_SOMEBODY, FICTITIOUS, ToldEvent
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import new_id


def tell(session: Session, received: Received) -> None:
    """Put an event at the next position of the stream of each agency that asked for it and may hear of it."""
    now = time_source.now(session)
    put_told(session, received, decided(session, received, now), now)


def put_told(session: Session, received: Received, decisions: Mapping[UUID, Decision], now: datetime) -> None:
    """Put an event into the streams of those who are told of it; whoever is still told of before hears of it then."""
    put_decided(session, received, _without_left(session, received, decisions), now)


def _without_left(session: Session, received: Received, decisions: Mapping[UUID, Decision]) -> Mapping[UUID, Decision]:
    """Return what was decided, but for those who hear of the event with what was before it."""
    event = received.event
    hearing = [agency for agency, decision in decisions.items() if decision.is_told or decision.because == FROZEN]
    if not hearing or event.classification != ABOUT_SOMEBODY:
        return decisions
    left = histories.left(session, received.subject, event.source, event.position, hearing)
    return {agency: decision for agency, decision in decisions.items() if agency not in left}


def put_decided(session: Session, received: Received, decisions: Mapping[UUID, Decision], now: datetime) -> None:
    """Put an event into the streams of those who are told of it, keep it for those who will be, and what was decided.

    What waited of the same case stands before it.
    """
    event, case = received.event, received.subject
    hearing = [agency for agency, decision in decisions.items() if decision.is_told]
    waiting = [agency for agency, decision in decisions.items() if decision.because == FROZEN]
    if hearing or waiting:
        law = grounds.law_of(session, case)
        day = grounds.day_of(now, law)
        keep_event(session, received)
        keep_waiting(session, event.id, case, waiting, day)
    if hearing:
        tell_waiting(session, case, now)
        put(session, hearing, event.id, now, law)
        record_new(session, event, decisions, day)
    keep_decisions(session, case, received.key, decisions, now)


def tell_fictitious(
    session: Session, agency: UUID, nobody: UUID, source: str, name: str, version: int, data: Mapping[str, object]
) -> None:
    """Put an event about somebody who does not exist at the next position of a sandbox's stream."""
    event, now = new_id(), time_source.now(session)
    what = {"source": source, "name": name, "version": version, "classification": FICTITIOUS, "data": dict(data)}
    session.execute(insert(ToldEvent).values(id=event, case_id=nobody, correlation=event, **what))
    put(session, [agency], event, now, None)

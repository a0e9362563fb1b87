"""Put an event at the next position of the stream of each agency that subscribed to it and may receive it.

`put_told` is the whole path of an event, in order. `decided` comes before it (`deciding`). Every reader decides again
(`reading`).
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.streams.ground import actions as grounds
from services.partners.streams.ground.rules import FROZEN, Decision
from services.partners.streams.history import actions as histories
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.placing import keep_event, put
from services.partners.streams.stream.actions.recording import keep_decisions, record_new
from services.partners.streams.stream.actions.waiting import tell_waiting
from services.partners.streams.stream.models import ABOUT_SOMEBODY
from shared.deadlines import time_source
from shared.events.contract import Received


def tell(session: Session, received: Received) -> None:
    """Decide who may receive an event now, and put it into their streams."""
    now = time_source.now(session)
    put_told(session, received, decided(session, received, now), now)


def put_told(
    session: Session,
    received: Received,
    decisions: Mapping[UUID, Decision],
    now: datetime,
    *,
    is_history: bool = False,
) -> None:
    """Put an event into the streams of the agencies that may receive it, and store what was decided.

    An agency that still receives the history of the case receives this event with it (`is_history`). Consent may be
    frozen: the event is then stored for the agencies that wait. Earlier events of the case that waited come first.
    """
    event, case = received.event, received.subject
    if not is_history:
        decisions = _without_left(session, received, decisions)
    hearing = [agency for agency, decision in decisions.items() if decision.is_told]
    waiting = [agency for agency, decision in decisions.items() if decision.because == FROZEN]
    if hearing or waiting:
        law = grounds.law_of(session, case)
        day = grounds.day_of(now, law)
        keep_event(session, received, waiting, day)
    if hearing:
        tell_waiting(session, case, now)
        put(session, hearing, event.id, now, law, day)
        record_new(session, event, decisions, day)
    keep_decisions(session, case, received.key, decisions, now)


def _without_left(session: Session, received: Received, decisions: Mapping[UUID, Decision]) -> Mapping[UUID, Decision]:
    """Return the decisions, without the agencies that receive the event with the history before it."""
    event = received.event
    hearing = [agency for agency, decision in decisions.items() if decision.is_told or decision.because == FROZEN]
    if not hearing or event.classification != ABOUT_SOMEBODY:
        return decisions
    left = histories.left(session, received.subject, event.source, event.position, hearing)
    return {agency: decision for agency, decision in decisions.items() if agency not in left}

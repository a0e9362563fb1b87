"""Erase a person: redact the positions about them, and tell each agency that received them to delete its data.

Under a legal hold this happens in parts. Agencies that conduct the held work are first notified of the hold, and of the
erasure once it is ordered.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Record
from services.partners.streams.ground import actions as grounds
from services.partners.streams.history import actions as histories
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.actions.deciding import decided
from services.partners.streams.stream.actions.placing import agencies_told, put
from services.partners.streams.stream.actions.telling import put_told
from services.partners.streams.stream.events import ERASED, OWN_SOURCE
from services.partners.streams.stream.models import (
    NAMED,
    ChannelDelivery,
    EarlyEvent,
    FrozenEvent,
    GateDecision,
    ToldCategory,
    ToldEvent,
)
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import new_id
from shared.privacy import erasure

#: The tables with events of a case and the decisions about them. A legal hold needs none of them.
_OF_EVENTS: Final = tuple(
    Record.metadata.tables[record.__tablename__]
    for record in (ToldEvent, EarlyEvent, FrozenEvent, GateDecision, ChannelDelivery)
)


def erase(session: Session, case: UUID) -> None:
    """Delete the data of a case, and append the erasure to each stream that had events of it.

    From the commit on nothing else of it leaves. Only each agency's pseudonym of the person is kept, which means
    nothing to anyone else.
    """
    histories.forget(session, case)
    agencies = agencies_told(session, case)
    grounds.hold_alone(session, {*agencies, *grounds.parties(session, case)})
    erasure.delete_own(session, Record.metadata.sorted_tables, case)
    _tell_erased(session, case, agencies)


def tell_held(session: Session, received: Received) -> None:
    """Put a legal hold into the streams of agencies that conduct the held work, and the erasure into the others.

    The hold takes its turn after the events recorded before it. The stored events of the case are deleted. The record
    that a conducting agency received data is kept, so that it is notified of the rest once that is ordered.
    """
    case, now = received.subject, time_source.now(session)
    histories.forget(session, case)
    agencies, conducting = agencies_told(session, case), grounds.conducting(session, case, now)
    grounds.hold_alone(session, agencies)
    decisions = decided(session, received, now)
    erasure.delete_own(session, _OF_EVENTS, case)
    forgotten = (ToldCategory.case_id == case, ToldCategory.agency.not_in(conducting))
    session.execute(delete(ToldCategory).where(*forgotten))
    _tell_erased(session, case, agencies - conducting)
    put_told(session, received, decisions, now)


def _tell_erased(session: Session, case: UUID, agencies: Collection[UUID]) -> None:
    now = time_source.now(session)
    for agency in sorted(agencies):
        name, event = pseudonyms.of_agency(session, agency, now).of(case), new_id()
        ids = {"id": event, "case_id": name, "correlation": event}
        what = {"source": OWN_SOURCE, "name": ERASED.name, "version": ERASED.version, "classification": NAMED}
        session.execute(insert(ToldEvent).values(**ids, **what, data={}))
        put(session, [agency], event, now, None)

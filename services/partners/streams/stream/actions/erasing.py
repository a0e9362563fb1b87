"""A person is erased: what agencies were told of them leaves empty positions, and each of them is told to delete it.

Under a legal hold this goes in parts: whoever conducts what is held for is told of the hold first, and of this with the
order behind it.
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

#: What is kept of events of a case, and of what was decided of them; nothing of it is needed for a legal hold.
_OF_EVENTS: Final = tuple(
    Record.metadata.tables[record.__tablename__] for record in (ToldEvent, EarlyEvent, FrozenEvent, GateDecision)
)


def erase(session: Session, case: UUID) -> None:
    """Delete what is held of a case, and put at the end of each stream that had anything of it that it is erased.

    Nothing more of it leaves from the commit on. Only each agency's own name for the person is kept, which says nothing
    to anybody else.
    """
    histories.forget(session, case)
    agencies = agencies_told(session, case)
    grounds.hold_alone(session, {*agencies, *grounds.parties(session, case)})
    erasure.delete_own(session, Record.metadata.sorted_tables, case)
    _tell_erased(session, case, agencies)


def tell_held(session: Session, received: Received) -> None:
    """Put a legal hold into the streams of those who conduct what it is for, and into others that the person is erased.

    In its turn, and not ahead: by what was recorded before. What was kept of events of the case goes; that somebody
    who conducts it was told stays, so that they hear of the rest once that is ordered.
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

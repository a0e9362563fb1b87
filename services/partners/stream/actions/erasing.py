"""A person is erased: what agencies were told of them leaves empty positions, and each of them is told to delete it."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.partners.agency.models import Record
from services.partners.ground import actions as grounds
from services.partners.pseudonym import actions as pseudonyms
from services.partners.stream.actions.placing import agencies_told, put
from services.partners.stream.events import ERASED, OWN_SOURCE
from services.partners.stream.models import NAMED, ToldEvent
from shared.deadlines import time_source
from shared.events.envelope import new_id
from shared.privacy import erasure


def erase(session: Session, case: UUID) -> None:
    """Delete what is held of a case, and put at the end of each stream that had anything of it that it is erased.

    Nothing more of it leaves from the commit on. Only each agency's own name for the person is kept, which says nothing
    to anybody else.
    """
    agencies = sorted(agencies_told(session, case))
    grounds.hold_alone(session, {*agencies, *grounds.parties(session, case)})
    now = time_source.now(session)
    names = {agency: pseudonyms.of_agency(session, agency, now).of(case) for agency in agencies}
    erasure.delete_own(session, Record.metadata.sorted_tables, case)
    for agency, name in names.items():
        event = new_id()
        ids = {"id": event, "case_id": name, "correlation": event}
        what = {"source": OWN_SOURCE, "name": ERASED.name, "version": ERASED.version, "classification": NAMED}
        session.execute(insert(ToldEvent).values(**ids, **what, data={}))
        put(session, [agency], event, now, None)

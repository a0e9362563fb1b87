"""Project absences, answer whether a person is missing, and announce freezes. No function commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.facts.absence.events import ENDED, FROZEN, READS, RESUMED
from services.intake.facts.absence.models import HeardAbsence, SharingFreeze
from services.intake.facts.case.models import bump
from shared.access.joined_cases import of_one_person
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, ReadModelTable


def missing_since(session: Session, case: UUID) -> datetime | None:
    """Return since when (UTC) a person is missing, by this case or one merged with it; None if they are not.

    If several absences are open, the earliest one counts.
    """
    is_open = (of_one_person(literal(case), HeardAbsence.case_id), ~HeardAbsence.is_over)
    return session.scalar(select(func.min(HeardAbsence.since)).where(*is_open))


def is_missing(session: Session, case: UUID) -> bool:
    """Return whether the person of a case is missing."""
    return missing_since(session, case) is not None


def settle(session: Session, case: UUID, *, frozen: bool) -> bool:
    """Announce that a case's sharing is frozen or resumed; return whether that is new. The case must be locked."""
    freeze = session.get(SharingFreeze, case)
    if frozen == (freeze is not None):
        return False
    if freeze is None:
        freeze = SharingFreeze(case_id=case, freeze=new_id())
        session.add(freeze)
    else:
        session.delete(freeze)
    name = FROZEN.name if frozen else RESUMED.name
    record(session, case, [Announcement(name, {"freeze": freeze.freeze})])
    bump(session, case)
    return True


def project_absences(session: Session, received: Sequence[Received]) -> None:
    """Store absences, in any order of events. An absence that has ended stays ended."""
    for event in received:
        since, is_over = event.data.get("declared_at"), event.key == ENDED
        new = insert(HeardAbsence).values(
            absence=event.data["absence"], case_id=event.subject, since=since, is_over=is_over
        )
        changed = {"is_over": True} if is_over else {"since": new.excluded.since}
        session.execute(new.on_conflict_do_update(index_elements=["absence"], set_=changed))


PROJECTIONS: Final = (
    Projection(
        "absences", frozenset(read.key for read in READS), project_absences, (ReadModelTable("heard_absences"),)
    ),
)

"""Apply legal's barriers: remove the barred staff member from the team, and notify them and the supervisors."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.staff_access.actions import leave_team
from services.intake.access.staff_access.events import LIFTED, SET
from services.intake.facts.case.models import Case, HeardBarrier, TeamMember, lock
from services.intake.facts.case.rules import OFFICER
from shared.access.joined_cases import joined
from shared.access.supervisions import supervisions
from shared.audit import notices
from shared.events.contract import Received
from shared.exchange.follower import Projection, Reaction, ReadModelTable

_KIND: Final = "kept_apart"


def project_barriers(session: Session, received: Sequence[Received]) -> None:
    """Store which cases are closed to which staff members; the last event about each barrier applies."""
    for event in received:
        stated = {"case_id": event.subject, "member": event.data["member"], "lifted": event.key == LIFTED}
        new = insert(HeardBarrier).values(barrier=event.data["barrier"], **stated)
        session.execute(new.on_conflict_do_update(index_elements=["barrier"], set_={"lifted": new.excluded.lifted}))


# control: H-PRIVILEGE-3 barrier-ends-access-at-intake
def end_access(session: Session, received: Received) -> None:
    """Remove the barred staff member from the teams of the person's cases; notify them and the supervisors."""
    member, by = received.data["member"], received.data["set_by"]
    for case in sorted({received.subject, *joined(session, received.subject)}):
        if session.get(Case, case) is None:
            continue
        lock(session, case)
        if session.get(TeamMember, (case, member)) is not None:
            leave_team(session, case, member)
    # control: H-PRIVILEGE-4 barred-and-supervisor-are-notified
    stated = {"kind": _KIND, "member": by, "reason": _KIND, "at": datetime.now(UTC)}  # real time, as for every notice
    # The notice names no case, because the case is closed to the barred staff member.
    notices.give(session, case=None, recipients=[member], role=None, **stated)
    chiefs = [chief for chief in _supervisors(session, received.subject) if chief != member]
    notices.give(session, case=received.subject, recipients=chiefs, role=OFFICER, **stated)


def _supervisors(session: Session, case: UUID) -> Sequence[UUID]:
    """Return the supervisors of the members of a case's team."""
    supervised, team = supervisions.c, TeamMember.__table__.c
    pairs = select(supervised.supervisor).join(TeamMember.__table__, team.member == supervised.member)
    return session.scalars(pairs.where(team.case_id == case).distinct().order_by(supervised.supervisor)).all()


PROJECTIONS: Final = (
    Projection("barriers", frozenset((SET, LIFTED)), project_barriers, (ReadModelTable("heard_barriers"),)),
)
REACTIONS: Final = (Reaction("end_access", SET, end_access, ahead=True),)

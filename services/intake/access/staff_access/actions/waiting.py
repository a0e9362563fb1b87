"""Add the staff member to the team who took a request that waits at support, and notify the leads."""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, literal, select
from sqlalchemy.orm import Session

from services.intake.access.staff_access.actions import join_team
from services.intake.access.staff_access.events import TAKEN
from services.intake.access.staff_access.rules import Member
from services.intake.facts.case.models import Case, TeamMember, lock
from shared.access import case_restrictions
from shared.access.sight import is_outside
from shared.audit import notices
from shared.casework.refusals import StepForbidden
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.exchange.follower import Reaction

_KIND: Final = "waiting_taken"


# control: H-CONFIDENTIALITY-33 taker-joins-by-the-rules
def join_by_taking(session: Session, received: Received) -> None:
    """Add the taker to the team, unless they are a member, or one of the rules for members of a team refuses them.

    A refused item waits again at support after a few minutes.
    """
    case, member = received.subject, received.data["member"]
    lock(session, case)
    if not _may_join(session, case, member):
        return
    try:
        join_team(session, case, Member(member, received.data["role"], lead=False), time_source.now(session))
    except StepForbidden:
        return
    leading = (TeamMember.case_id == case, TeamMember.lead, TeamMember.member != member)
    leads = list(session.scalars(select(TeamMember.member).where(*leading).order_by(TeamMember.member)))
    stated = {"kind": _KIND, "member": member, "reason": _KIND, "at": datetime.now(UTC)}
    notices.give(session, case=case, recipients=leads, **stated)


def _may_join(session: Session, case: UUID, member: UUID) -> bool:
    """Return whether a staff member of the leading agency can join now. A member keeps the role that they have."""
    found = session.get(Case, case)
    if found is None or found.status != "open" or case_restrictions.stands(session, case):
        return False
    if session.get(TeamMember, (case, member)) is not None:
        return False
    outside = is_outside(TeamMember.__table__, literal(case, Uuid), literal(member, Uuid))
    return not session.execute(select(outside)).scalar_one()


REACTIONS: Final = (Reaction("join_by_taking", TAKEN, join_by_taking),)

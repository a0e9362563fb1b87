"""A case's team, and the revocation of a member's tokens."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.models import TeamMember, bump
from shared.access import exclusions, revocations
from shared.access.permissions import NotFound
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def add_member(session: Session, case: UUID, member: UUID, role: str, *, lead: bool) -> int:
    """Add a member of staff to a case's team, or change their role; return the case's new version."""
    rules.wanted(member, [exclusion.member for exclusion in exclusions.of_case(session, case)])
    part = {"role": role, "lead": lead}
    row = insert(TeamMember).values(case_id=case, member=member, **part)
    session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    version = bump(session, case)
    record(session, case, [Announcement("team.member_added", {"member": member, **part})])
    return version


def remove_member(session: Session, case: UUID, member: UUID) -> int:
    """Remove a member of staff from the team: access ends here at once, at other services when the event arrives."""
    removal = delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member == member)
    if session.execute(removal.returning(TeamMember.member)).first() is None:
        raise NotFound
    version = bump(session, case)
    record(session, case, [Announcement("team.member_removed", {"member": member})])
    return version


def revoke_access(session: Session, member: UUID) -> datetime:
    """Revoke every token issued to a member of staff until now, at every service; return that instant."""
    now = datetime.now(UTC)  # real time, as tokens have it, whatever the domain's clock says
    revocations.revoke(session, member, now)
    record(session, member, [Announcement("access.revoked", {"member": member, "before": now})])
    return now

"""A transfer of a case to another team."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.models import TeamMember, bump
from services.intake.rules.transfer import Member, transfer
from shared.access import exclusions
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def transfer_case(session: Session, case: UUID, members: list[dict[str, Any]]) -> int:
    """Replace a case's team as a whole; return the case's new version. Raises `FactRefused`, `StepForbidden`.

    Joining members are announced before leaving ones, so that at no service the case is ever without a lead.
    """
    rows = session.execute(select(TeamMember).where(TeamMember.case_id == case)).scalars()
    before = [Member(row.member, row.role, row.lead) for row in rows]
    excluded = [exclusion.member for exclusion in exclusions.of_case(session, case)]
    handover = transfer(before, [Member(**member) for member in members], excluded)
    for member in handover.join:
        part = {"role": member.role, "lead": member.lead}
        row = insert(TeamMember).values(case_id=case, member=member.member, **part)
        session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member.in_(handover.leave)))
    version = bump(session, case)
    joined = [
        Announcement("team.member_added", {"member": member.member, "role": member.role, "lead": member.lead})
        for member in handover.join
    ]
    left = [Announcement("team.member_removed", {"member": member}) for member in handover.leave]
    record(session, case, [*joined, *left])
    return version

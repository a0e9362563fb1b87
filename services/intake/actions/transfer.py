"""A transfer of a case to another team."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.models import TeamMember, bump
from services.intake.rules.transfer import Member, transfer
from shared.envelope import Announcement
from shared.eventlog import record
from shared.standing import exclusions


def transfer_case(session: Session, case: UUID, members: list[dict[str, Any]]) -> int:
    """Give a case to another team, whole; gives its new version. Raises `FactRefused`, `StepForbidden`.

    Those who join are told of first: at no service is there a moment in which nobody leads the case.
    """
    rows = session.execute(select(TeamMember).where(TeamMember.case_id == case)).scalars()
    before = [Member(each.member, each.role, each.lead) for each in rows]
    excluded = [each.member for each in exclusions.of_case(session, case)]
    handover = transfer(before, [Member(**each) for each in members], excluded)
    for each in handover.join:
        part = {"role": each.role, "lead": each.lead}
        row = insert(TeamMember).values(case_id=case, member=each.member, **part)
        session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member.in_(handover.leave)))
    version = bump(session, case)
    joined = [
        Announcement("team.member_added", {"member": each.member, "role": each.role, "lead": each.lead})
        for each in handover.join
    ]
    left = [Announcement("team.member_removed", {"member": each}) for each in handover.leave]
    record(session, case, [*joined, *left])
    return version

"""Break-glass access to a case in an emergency, and the notices that report it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.standing import relation
from services.intake.models import TeamMember
from shared.access import break_glass
from shared.access.permissions import NotFound, Relation
from shared.access.tokens import Principal
from shared.audit import notices
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record

_SHOWN = ("id", "kind", "member", "reason", "at")


def open_in_emergency(
    session: Session, case: UUID, principal: Principal, relation_to_case: Relation, reason: str
) -> UUID:
    """Open a case for reading to a principal outside it; notify its leads and the data-protection officers.

    Raises `StepForbidden` if the principal may read it already.
    """
    now, member, glass_id = datetime.now(UTC), UUID(principal.subject), new_id()  # real time: no test clock prolongs it
    until = rules.break_glass(relation_to_case, now)
    break_glass.keep(session, glass_id, case, member, until)
    leads = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.lead)
    notices.give(
        session,
        kind="glass_broken",
        case=case,
        member=member,
        reason=reason,
        at=now,
        recipients=list(session.scalars(leads.order_by(TeamMember.member))),
        role=rules.TOLD_ROLE,
    )
    payload = {"glass": glass_id, "member": member, "reason": reason, "until": until}
    record(session, case, [Announcement("access.glass_broken", payload)])
    return glass_id


def unread_notices(session: Session, principal: Principal, after: UUID | None, limit: int) -> dict[str, Any]:
    """Return a page of the notices that the principal has not acknowledged and may still see.

    Notices that the principal may not see any more are skipped without shortening the page.
    """
    shown: list[dict[str, Any]] = []
    while True:
        unread = notices.unread(session, principal, after)
        for notice in unread:
            if not _may_see(session, principal, notice):
                continue
            if len(shown) == limit:
                return {"notices": shown, "next": str(shown[-1]["id"])}
            shown.append(_shown(notice))
        if len(unread) < notices.LONGEST_LIST:
            return {"notices": shown, "next": None}
        after = unread[-1]["id"]


def acknowledge_notice(session: Session, notice_id: UUID, principal: Principal) -> None:
    """Record that the principal has read a notice. Raises `NotFound`."""
    notice = notices.find(session, notice_id, principal)
    if notice is None or not _may_see(session, principal, notice):
        raise NotFound
    notices.acknowledge(session, notice_id, UUID(principal.subject), datetime.now(UTC))


def _may_see(session: Session, principal: Principal, notice: dict[str, Any]) -> bool:
    # A notice names a case: it is hidden from those who have left its team and those whom the person excluded.
    relation_to_case = relation(session, notice["case_id"], principal)
    return relation_to_case is Relation.TEAM or (
        notice["recipient"] is None and relation_to_case is not Relation.EXCLUDED
    )


def _shown(notice: dict[str, Any]) -> dict[str, Any]:
    return {**{name: notice[name] for name in _SHOWN}, "case": notice["case_id"]}

"""Breaking the glass of a case in an emergency, and the notices by which others learn of it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.standing import relation
from services.intake.models import TeamMember
from shared import notices
from shared.access import NotFound, Relation
from shared.envelope import Announcement, new_id
from shared.eventlog import record
from shared.standing import glass
from shared.tokens import Principal

_SHOWN = ("id", "kind", "member", "reason", "at")


def break_glass(session: Session, case: UUID, principal: Principal, stands: Relation, reason: str) -> UUID:
    """Open a case for reading to somebody without a part in it; its leads and the data-protection officers are told.

    Raises `StepForbidden` for whom it is open already.
    """
    now, member, made = datetime.now(UTC), UUID(principal.subject), new_id()  # real time: no test clock prolongs it
    until = rules.break_glass(stands, now)
    glass.keep(session, made, case, member, until)
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
    told = {"glass": made, "member": member, "reason": reason, "until": until}
    record(session, case, [Announcement("access.glass_broken", told)])
    return made


def unread_notices(session: Session, principal: Principal, after: UUID | None, limit: int) -> dict[str, Any]:
    """Give a page of the notices that somebody has not acknowledged yet, and may see still.

    A page is full while there are more: what they may not see any more takes nobody's place.
    """
    shown: list[dict[str, Any]] = []
    while True:
        found = notices.unread(session, principal, after)
        for each in found:
            if not _may_see(session, principal, each):
                continue
            if len(shown) == limit:
                return {"notices": shown, "next": str(shown[-1]["id"])}
            shown.append(_shown(each))
        if len(found) < notices.LONGEST_LIST:
            return {"notices": shown, "next": None}
        after = found[-1]["id"]


def acknowledge_notice(session: Session, notice: UUID, principal: Principal) -> None:
    """Note that somebody has read a notice. Raises `NotFound`."""
    found = notices.find(session, notice, principal)
    if found is None or not _may_see(session, principal, found):
        raise NotFound
    notices.acknowledge(session, notice, UUID(principal.subject), datetime.now(UTC))


def _may_see(session: Session, principal: Principal, notice: dict[str, Any]) -> bool:
    # A notice names a case: who has left its team, or whom the person excluded, is not told that it goes on.
    stands = relation(session, notice["case_id"], principal)
    return stands is Relation.TEAM or (notice["recipient"] is None and stands is not Relation.EXCLUDED)


def _shown(notice: dict[str, Any]) -> dict[str, Any]:
    return {**{name: notice[name] for name in _SHOWN}, "case": notice["case_id"]}

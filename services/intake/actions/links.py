"""Links between cases that belong together. They are shown only to readers of both; no event contains them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.standing import may_read
from services.intake.actions.today import local_today
from services.intake.models import Case, CaseLink, bump
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation
from shared.access.tokens import Principal
from shared.events.envelope import new_id


def link_cases(
    session: Session, now: datetime, case_id: UUID, reader: Principal, body: dict[str, Any]
) -> tuple[UUID, int]:
    """Record that two cases belong together. Raises `NotFound` for one that the reader may not see or does not exist.

    Break-glass access does not suffice: it is for reading only.
    """
    other = body["case"]
    rules.two_cases(case_id, other)
    if not may_read(session, other, reader, but=Relation.BREAK_GLASS):
        raise NotFound
    _untouched_if_restricted(session, other)
    first, second = sorted((case_id, other))
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    new = insert(CaseLink).values(id=new_id(), first_id=first, second_id=second, kind=body["kind"], linked_on=today)
    link_id = session.execute(new.on_conflict_do_nothing().returning(CaseLink.id)).scalar_one_or_none()
    rules.linked_once(linked=link_id is None)
    return link_id, bump(session, case_id)  # type: ignore[return-value]  # None was refused


def unlink_cases(session: Session, case_id: UUID, link_id: UUID, reader: Principal) -> int:
    """Remove a link. Raises `NotFound` for one that the reader does not see, or sees by break-glass access only."""
    others = {link["id"]: link["case"] for link in links_of(session, case_id, reader)}
    if link_id not in others or not may_read(session, others[link_id], reader, but=Relation.BREAK_GLASS):
        raise NotFound
    _untouched_if_restricted(session, others[link_id])
    session.execute(delete(CaseLink).where(CaseLink.id == link_id))
    return bump(session, case_id)


def _untouched_if_restricted(session: Session, case: UUID) -> None:
    if case_restrictions.stands(session, case):
        raise case_restrictions.CaseRestricted("case.link")


def links_of(session: Session, case_id: UUID, reader: Principal) -> list[dict[str, Any]]:
    """Return a case's links to cases that the reader may see too; others are neither listed nor counted."""
    either = or_(CaseLink.first_id == case_id, CaseLink.second_id == case_id)
    links = session.execute(select(CaseLink).where(either).order_by(CaseLink.id)).scalars()
    shown: list[dict[str, Any]] = [
        {
            "id": link.id,
            "case": link.second_id if link.first_id == case_id else link.first_id,
            "kind": link.kind,
            "linked_on": link.linked_on,
        }
        for link in links
    ]
    return [link for link in shown if may_read(session, link["case"], reader)]

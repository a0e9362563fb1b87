"""Cases that belong together. Who may not see both never learns that there is another; no event tells of it."""

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
from shared.access import NotFound, Relation
from shared.envelope import new_id
from shared.standing import restrictions
from shared.tokens import Principal


def link_cases(
    session: Session, now: datetime, case_id: UUID, reader: Principal, body: dict[str, Any]
) -> tuple[UUID, int]:
    """Note that two cases belong together. Raises `NotFound` for one that the reader may not see, or that is none.

    One that they see in an emergency alone is not linked: that is for reading.
    """
    other = body["case"]
    rules.two_cases(case_id, other)
    if not may_read(session, other, reader, but=Relation.GLASS):
        raise NotFound
    _untouched_if_restricted(session, other)
    first, second = sorted((case_id, other))
    today = local_today(session.get_one(Case, case_id).jurisdiction, now)
    new = insert(CaseLink).values(id=new_id(), first_id=first, second_id=second, kind=body["kind"], linked_on=today)
    made = session.execute(new.on_conflict_do_nothing().returning(CaseLink.id)).scalar_one_or_none()
    rules.linked_once(linked=made is None)
    return made, bump(session, case_id)  # type: ignore[return-value]  # None was refused


def unlink_cases(session: Session, case_id: UUID, link: UUID, reader: Principal) -> int:
    """Take a link back. Raises `NotFound` for one that the reader does not see, or sees in an emergency alone."""
    others = {each["id"]: each["case"] for each in links_of(session, case_id, reader)}
    if link not in others or not may_read(session, others[link], reader, but=Relation.GLASS):
        raise NotFound
    _untouched_if_restricted(session, others[link])
    session.execute(delete(CaseLink).where(CaseLink.id == link))
    return bump(session, case_id)


def _untouched_if_restricted(session: Session, case: UUID) -> None:
    if restrictions.stands(session, case):
        raise restrictions.CaseRestricted("case.link")


def links_of(session: Session, case_id: UUID, reader: Principal) -> list[dict[str, Any]]:
    """Give a case's links to cases that the reader may see too; of others, nothing, not even their number."""
    either = or_(CaseLink.first_id == case_id, CaseLink.second_id == case_id)
    found = session.execute(select(CaseLink).where(either).order_by(CaseLink.id)).scalars()
    shown: list[dict[str, Any]] = [
        {
            "id": each.id,
            "case": each.second_id if each.first_id == case_id else each.first_id,
            "kind": each.kind,
            "linked_on": each.linked_on,
        }
        for each in found
    ]
    return [each for each in shown if may_read(session, each["case"], reader)]

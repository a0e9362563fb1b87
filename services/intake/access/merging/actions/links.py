"""Link cases, and read the links and merges of a case."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.merging import rules
from services.intake.access.merging.models import CaseLink, CaseMerge
from services.intake.access.merging.schemas import LinkCases
from services.intake.facts.case.actions import may_read, readable
from services.intake.facts.case.models import Case, bump
from services.intake.facts.case.rules import check_two_cases
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.whole import CASE, Part
from shared.events.envelope import new_id
from shared.store.database import NamedRow

LINKS: Final = Part(
    CaseLink.__table__, or_(CaseLink.first_id == CASE, CaseLink.second_id == CASE), (CaseLink.__table__.c.id,)
)
MERGES: Final = Part(
    CaseMerge.__table__,
    and_(or_(CaseMerge.kept_id == CASE, CaseMerge.alias_id == CASE), CaseMerge.unmerged_on.is_(None)),
    (CaseMerge.__table__.c.id,),
)


class _Link(TypedDict):
    """A link as one of its cases shows it."""

    id: UUID
    case: UUID
    kind: str
    linked_on: date


class _Merge(TypedDict):
    """A merge as one of its cases shows it."""

    id: UUID
    case: UUID
    alias: bool
    merged_on: date


class _Joined(TypedDict):
    """The links and merges of a case, as it shows them."""

    links: list[_Link]
    merges: list[_Merge]


def link_cases(session: Session, case_id: UUID, command: LinkCases, now: datetime, *, by: Principal) -> UUID:
    """Record that another case, which the caller may see too, belongs together with this one.

    Raises `NotFound` for a case that does not exist or that the caller may not see. Break-glass access does not
    suffice: it is for reading only.
    """
    other = command.case
    check_two_cases(case_id, other)
    if not may_read(session, other, by=by, but=Relation.BREAK_GLASS):
        raise NotFound
    _check_not_restricted(session, other)
    first, second = sorted((case_id, other))
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    new = insert(CaseLink).values(id=new_id(), first_id=first, second_id=second, kind=command.kind, linked_on=today)
    link_id = session.execute(new.on_conflict_do_nothing().returning(CaseLink.id)).scalar_one_or_none()
    rules.check_linked_once(linked=link_id is None)
    bump(session, case_id)
    return link_id  # type: ignore[return-value]  # None was refused


def unlink_cases(session: Session, case_id: UUID, link_id: UUID, *, by: Principal) -> None:
    """Remove a link between two cases.

    Raises `NotFound` for a link that the caller does not see, or sees only by break-glass access.
    """
    others = {link["id"]: link["case"] for link in links_of(session, case_id, by=by)}
    if link_id not in others or not may_read(session, others[link_id], by=by, but=Relation.BREAK_GLASS):
        raise NotFound
    _check_not_restricted(session, others[link_id])
    session.execute(delete(CaseLink).where(CaseLink.id == link_id))
    bump(session, case_id)


def _check_not_restricted(session: Session, case: UUID) -> None:
    if case_restrictions.stands(session, case):
        raise case_restrictions.CaseRestricted("case.link")


def links_of(session: Session, case_id: UUID, *, by: Principal) -> list[_Link]:
    """Return a case's links to cases that the reader may see too; others are neither listed nor counted."""
    links = session.execute(select(LINKS.table).where(LINKS.condition).order_by(*LINKS.order), {"case": case_id})
    return joined_of(session, case_id, links.mappings(), (), by=by)["links"]


def joined_of(
    session: Session, case: UUID, links: Iterable[NamedRow], merges: Iterable[NamedRow], *, by: Principal
) -> _Joined:
    """Return a case's links and merges with cases that the reader may see too, from their rows.

    Others are neither listed nor counted.
    """
    shown_links = [_link_shown(link, case) for link in links]
    shown_merges = [_merge_shown(merge, case) for merge in merges]
    others = {link["case"] for link in shown_links} | {merge["case"] for merge in shown_merges}
    visible = readable(session, others, by=by)
    return {
        "links": [link for link in shown_links if link["case"] in visible],
        "merges": [merge for merge in shown_merges if merge["case"] in visible],
    }


def _link_shown(link: NamedRow, case: UUID) -> _Link:
    other = link["second_id"] if link["first_id"] == case else link["first_id"]
    return {"id": link["id"], "case": other, "kind": link["kind"], "linked_on": link["linked_on"]}


def _merge_shown(merge: NamedRow, case: UUID) -> _Merge:
    is_alias = case == merge["alias_id"]
    other = merge["kept_id"] if is_alias else merge["alias_id"]
    return {"id": merge["id"], "case": other, "alias": is_alias, "merged_on": merge["merged_on"]}

"""The records of one case, and a principal's relation to it. A record of another case is not found."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.case import rules
from services.intake.case.models import Record, TeamMember, fields, relation
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation, Table, permits
from shared.access.tokens import Principal

_Kind = TypeVar("_Kind", bound=Record)


def record_of(session: Session, kind: type[_Kind], case: UUID, record_id: UUID, *, lock: bool = False) -> _Kind:
    """Return a record of a case; `lock` holds its row until the transaction ends. Raises `NotFound`."""
    row: Any = session.get(kind, record_id, with_for_update=True if lock else None)
    if row is None or row.case_id != case:
        raise NotFound
    record: _Kind = row
    return record


def page_of(
    session: Session, kind: type[Record], case: UUID, after: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a case's records of a kind after `after`, the earliest first, and the cursor of the next page, or None."""
    columns = inspect(kind).columns
    query = select(kind).where(columns["case_id"] == case).order_by(columns["id"]).limit(limit + 1)
    rows = list(session.scalars(query if after is None else query.where(columns["id"] > after)))
    page = [fields(row) for row in rows[:limit]]
    return page, str(page[-1]["id"]) if len(rows) > limit else None


def relation_to(session: Session, case: UUID, principal: Principal) -> Relation | None:
    """Return a principal's relation to a case, or None if there is no such case.

    A case that its whole team has left is every supervisor's, so that one of them can assign a new team.
    """
    own_relation = relation(session, case, principal)
    if own_relation is Relation.NONE and "supervisor" in principal.roles:
        team = select(TeamMember.member).where(TeamMember.case_id == case).limit(1)
        return own_relation if session.execute(team).first() else Relation.SUPERVISOR
    return own_relation


def may_read(session: Session, case: UUID, *, by: Principal, but: Relation | None = None) -> bool:
    """Return whether a principal may read a case, and so see its id elsewhere; `but`: a relation not counted."""
    relation_to_case = relation_to(session, case, by)
    return relation_to_case not in (None, but) and permits(rules.ACCESS, "case.read", by, relation_to_case)


def admit(session: Session, case: UUID, access: Table, action: str, *, by: Principal) -> None:
    """Check that a principal may change a second case, named in a body. Raises `NotFound`, `CaseRestricted`.

    The edge checks only the case in the address. `access` is the topic's table, which has the action.
    """
    relation_to_case = relation_to(session, case, by)
    if relation_to_case is None or not permits(access, action, by, relation_to_case):
        raise NotFound
    if case_restrictions.stands(session, case):
        raise case_restrictions.CaseRestricted(action)

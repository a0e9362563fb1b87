"""The records of one case, and a principal's relation to it. A record of another case is not found."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from services.intake.case import rules
from services.intake.case.models import Record, fields, team_admission, team_admissions
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation, Table, permits
from shared.access.subjects import Admission
from shared.access.tokens import Principal

_Kind = TypeVar("_Kind", bound=Record)
_READ: Final = "case.read"


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


def admission(session: Session, case: UUID, principal: Principal) -> Admission:
    """Return what decides whether a principal's request about a case is admitted.

    A case that its whole team has left is every supervisor's, so that one of them can assign a new team.
    """
    return _with_supervisors(team_admission(session, case, principal), principal)


def _with_supervisors(admission: Admission, principal: Principal) -> Admission:
    is_left = admission.relation is Relation.NONE and not admission.has_team
    return (
        replace(admission, relation=Relation.SUPERVISOR) if is_left and "supervisor" in principal.roles else admission
    )


def relation_to(session: Session, case: UUID, principal: Principal) -> Relation | None:
    """Return a principal's relation to a case, or None if there is no such case."""
    return admission(session, case, principal).relation


def readable(session: Session, cases: Collection[UUID], *, by: Principal) -> set[UUID]:
    """Return which of these cases a principal may read, and so see their ids elsewhere."""
    return permitted(session, cases, rules.ACCESS, _READ, by=by)


def permitted(session: Session, cases: Collection[UUID], access: Table, action: str, *, by: Principal) -> set[UUID]:
    """Return of which of these cases a principal may do something, by the table of its topic."""
    if not cases:
        return set()
    relations = {
        case: _with_supervisors(admission, by).relation
        for case, admission in team_admissions(session, cases, by).items()
    }
    return {case for case, relation in relations.items() if relation and permits(access, action, by, relation)}


def may_read(session: Session, case: UUID, *, by: Principal, but: Relation | None = None) -> bool:
    """Return whether a principal may read a case, and so see its id elsewhere; `but`: a relation not counted."""
    relation_to_case = relation_to(session, case, by)
    return relation_to_case not in (None, but) and permits(rules.ACCESS, _READ, by, relation_to_case)


def admit(session: Session, case: UUID, access: Table, action: str, *, by: Principal) -> None:
    """Check that a principal may change a second case, named in a body. Raises `NotFound`, `CaseRestricted`.

    The edge checks only the case in the address. `access` is the topic's table, which has the action.
    """
    second = admission(session, case, by)
    if second.relation is None or not permits(access, action, by, second.relation):
        raise NotFound
    if second.is_restricted:
        raise case_restrictions.CaseRestricted(action)

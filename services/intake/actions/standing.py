"""The relation of a principal to a case; only intake knows whether a whole team has left."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import models
from services.intake.rules import ACCESS
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation, permits
from shared.access.tokens import Principal


def relation(session: Session, case: UUID, principal: Principal) -> Relation | None:
    """Return a principal's relation to a case, or None if there is no such case.

    A case that its whole team has left is every supervisor's, so that one of them can assign a new team.
    """
    own_relation = models.relation(session, case, principal)
    if own_relation is Relation.NONE and "supervisor" in principal.roles:
        team = select(models.TeamMember.member).where(models.TeamMember.case_id == case).limit(1)
        return own_relation if session.execute(team).first() else Relation.SUPERVISOR
    return own_relation


def may_read(session: Session, case: UUID, principal: Principal, *, but: Relation | None = None) -> bool:
    """Return whether a principal may read a case, and so see its id elsewhere; `but`: a relation not counted."""
    relation_to_case = relation(session, case, principal)
    return relation_to_case not in (None, but) and permits(ACCESS, "case.read", principal, relation_to_case)


def admit(session: Session, case: UUID, principal: Principal, action: str) -> None:
    """Check that a principal may change a second case, named in a body. Raises `NotFound`, `CaseRestricted`.

    The edge checks only the case in the URL.
    """
    relation_to_case = relation(session, case, principal)
    if relation_to_case is None or not permits(ACCESS, action, principal, relation_to_case):
        raise NotFound
    if case_restrictions.stands(session, case):
        raise case_restrictions.CaseRestricted(action)

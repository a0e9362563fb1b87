"""How somebody stands to a case of intake's, which alone knows whether a whole team has left."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import models
from services.intake.rules import ACCESS
from shared.access import NotFound, Relation, permits
from shared.standing import restrictions
from shared.tokens import Principal


def relation(session: Session, case: UUID, principal: Principal) -> Relation | None:
    """Tell how someone stands to a case; None if there is none.

    A case that its whole team has left is every supervisor's, so that one of them can give it new people.
    """
    found = models.relation(session, case, principal)
    if found is Relation.NONE and "supervisor" in principal.roles:
        team = select(models.TeamMember.member).where(models.TeamMember.case_id == case).limit(1)
        return found if session.execute(team).first() else Relation.SUPERVISOR
    return found


def may_read(session: Session, case: UUID, who: Principal, *, but: Relation | None = None) -> bool:
    """Tell whether somebody may read a case, so that another may name it to them; `but`: not by standing so to it."""
    stands = relation(session, case, who)
    return stands not in (None, but) and permits(ACCESS, "case.read", who, stands)


def admit(session: Session, case: UUID, principal: Principal, action: str) -> None:
    """Let a change of one case reach into another. Raises `NotFound`, and `CaseRestricted` for one that is kept as is.

    The edge asks this of the case in the address; a case that a body names has no other door.
    """
    stands = relation(session, case, principal)
    if stands is None or not permits(ACCESS, action, principal, stands):
        raise NotFound
    if restrictions.stands(session, case):
        raise restrictions.CaseRestricted(action)

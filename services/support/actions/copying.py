"""What support hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.actions.cases import view
from services.support.actions.notes import notes_of
from services.support.models import TeamMember
from services.support.rules.notes import KINDS
from services.support.schemas import SupportCopy
from shared.access.tokens import STAFF, Principal
from shared.privacy.copies import Copying

_READER = Principal("", frozenset(KINDS), STAFF)


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed."""
    return {**view(session, case), "notes": notes_of(session, case, _READER)}


def team(session: Session, case: UUID) -> frozenset[str]:
    """Return the staff ids of a case's team."""
    members = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case))
    return frozenset(str(member) for member in members)


COPYING = Copying(whole, team, view=SupportCopy)

"""What legal hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models
from services.legal.actions import notes, reading
from shared.privacy.copies import Copying


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that legal stores about a case, notes unsealed, without their authors."""
    opened = [
        {name: value for name, value in note.items() if name != "written_by"} for note in notes.of_case(session, case)
    ]
    return {**reading.show(session, case), "notes": opened}


def team(session: Session, case: UUID) -> frozenset[str]:
    """Return the staff ids of a case's team."""
    members = session.scalars(select(models.TeamMember.member).where(models.TeamMember.case_id == case))
    return frozenset(str(member) for member in members)


COPYING = Copying(
    whole,
    team,
    {
        "legal_advice": ("advice",),
        "legal_note": ("notes",),
        "compensation": ("matters",),
        "reconsideration": ("reconsiderations",),
        "identification": ("identification",),
        "deadline": ("clocks",),
    },
    privileged=frozenset(("notes",)),
)

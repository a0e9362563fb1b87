"""What legal hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal import models
from services.legal.actions import notes, reading
from shared.copying import Copying


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Give all that legal keeps of a case, the notes opened; who wrote them is no part of it."""
    opened = [
        {name: value for name, value in each.items() if name != "written_by"} for each in notes.of_case(session, case)
    ]
    return {**reading.show(session, case), "notes": opened}


def team(session: Session, case: UUID) -> frozenset[str]:
    """Give the staff ids of a case's team."""
    found = session.scalars(select(models.TeamMember.member).where(models.TeamMember.case_id == case))
    return frozenset(str(each) for each in found)


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

"""What support hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.actions.cases import view
from services.support.actions.notes import notes_of
from services.support.models import TeamMember
from services.support.rules.notes import KINDS
from shared.copying import Copying
from shared.tokens import STAFF, Principal

_READER = Principal("", frozenset(KINDS), STAFF)


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Give all that support keeps of a case, the notes opened; which of the staff did what is no part of it."""
    notes = [{name: value for name, value in each.items() if name != "written_by"} for each in _notes(session, case)]
    shown = view(session, case)
    alerts = [{name: value for name, value in each.items() if name != "acknowledged_by"} for each in shown["alerts"]]
    return {**shown, "alerts": alerts, "notes": notes}


def _notes(session: Session, case: UUID) -> list[dict[str, Any]]:
    return notes_of(session, case, _READER)


def team(session: Session, case: UUID) -> frozenset[str]:
    """Give the staff ids of a case's team."""
    found = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case))
    return frozenset(str(each) for each in found)


COPYING = Copying(
    whole,
    team,
    {
        "urgent_need": ("urgent_needs",),
        "service": ("services",),
        "assessment": ("assessments",),
        "plan": ("plans",),
        "counselling": ("counselling",),
        "recovery": ("recovery",),
        "support_note": ("notes",),
    },
    # Whoever wrote them wrote of family, friends and threats too.
    third_parties=frozenset(("notes",)),
)

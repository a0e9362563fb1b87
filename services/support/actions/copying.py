"""What support hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.actions.cases import view
from services.support.actions.notes import notes_of
from services.support.models import TeamMember
from services.support.rules.notes import KINDS
from shared.access.tokens import STAFF, Principal
from shared.privacy.copies import Copying

_READER = Principal("", frozenset(KINDS), STAFF)


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed, without the staff who did what."""
    notes = [{name: value for name, value in note.items() if name != "written_by"} for note in _notes(session, case)]
    shown = view(session, case)
    alerts = [{name: value for name, value in alert.items() if name != "acknowledged_by"} for alert in shown["alerts"]]
    return {**shown, "alerts": alerts, "notes": notes}


def _notes(session: Session, case: UUID) -> list[dict[str, Any]]:
    return notes_of(session, case, _READER)


def team(session: Session, case: UUID) -> frozenset[str]:
    """Return the staff ids of a case's team."""
    members = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case))
    return frozenset(str(member) for member in members)


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

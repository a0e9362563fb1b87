"""What support hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.actions.cases import view
from services.support.models import CASES, Note
from services.support.rules import NOTE_KINDS
from shared.casework.notes import SealedNotes
from shared.privacy.copies import Copying

NOTES = SealedNotes(Note, CASES, NOTE_KINDS)


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed, without the staff who did what."""
    shown = view(session, case)
    alerts = [{name: field for name, field in alert.items() if name != "acknowledged_by"} for alert in shown["alerts"]]
    return {**shown, "alerts": alerts, "notes": NOTES.copied(session, case)}


COPYING = Copying(
    whole,
    CASES.team,
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

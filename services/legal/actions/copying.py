"""What legal hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.actions import reading
from services.legal.actions.notes import NOTES
from services.legal.models import CASES
from shared.privacy.copies import Copying


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that legal stores about a case, notes unsealed, without their authors."""
    return {**reading.show(session, case), "notes": NOTES.copied(session, case)}


COPYING = Copying(
    whole,
    CASES.team,
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

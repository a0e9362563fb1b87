"""What support hands over when the person asks for a copy."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.actions.cases import view
from services.support.models import CASES, Note
from services.support.rules import NOTE_KINDS
from services.support.schemas import SupportCopy
from shared.casework.notes import SealedNotes
from shared.privacy.copies import Copying

NOTES = SealedNotes(Note, CASES, NOTE_KINDS)


def whole(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed."""
    return {**view(session, case), "notes": NOTES.copied(session, case)}


COPYING = Copying(whole, CASES.team, view=SupportCopy)

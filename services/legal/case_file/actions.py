"""The file as a whole: as it is shown, as the person gets a copy of it, and what erasing it leaves."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.advice.models import Advice
from services.legal.case.models import CASES
from services.legal.case_file.rules import keeping_basis
from services.legal.identification.actions import steps_of
from services.legal.matter.models import Matter
from services.legal.note.actions import NOTES
from services.legal.reconsideration.models import Reconsideration
from shared import deadlines
from shared.casework.cases import rows_of, shown


def file_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file, its parts as rows; its schema says what a reader sees of it. Raises `NotFound`."""
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "advice": rows_of(session, Advice, case),
        "clocks": deadlines.displayed(session, case),
        "matters": rows_of(session, Matter, case),
        "reconsiderations": rows_of(session, Reconsideration, case),
        "identification": steps_of(session, case),
    }


def copy_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that legal stores about a case, notes unsealed."""
    return {**file_of(session, case), "notes": NOTES.copied(session, case)}


def erase(session: Session, case: UUID) -> str | None:
    """Delete what legal holds of a case; return the basis on which its matters are kept, None if they are not."""
    basis = keeping_basis(session.scalars(select(Matter.status).where(Matter.case_id == case)))
    CASES.erase(session, case, keeps=() if basis is None else (Matter.__tablename__,))
    return basis

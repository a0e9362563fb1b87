"""The file as a whole: as it is shown, as the person gets a copy of it, and what erasing it leaves."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.advice.models import Advice
from services.legal.case.models import CASES, Case
from services.legal.case_file.rules import keeping_basis
from services.legal.identification.actions import STEPS
from services.legal.matter.models import Matter
from services.legal.note.actions import NOTES
from services.legal.reconsideration.models import Reconsideration
from shared import deadlines
from shared.casework.whole import DEADLINES, WholeCase, part_of

WHOLE: Final = WholeCase(
    Case,
    {
        "advice": part_of(Advice),
        "clocks": DEADLINES,
        "matters": part_of(Matter),
        "reconsiderations": part_of(Reconsideration),
        "identification": STEPS,
    },
)


def file_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file, its parts as rows; its schema says what a reader sees of it. Raises `NotFound`."""
    rows = WHOLE.read(session, case)
    return {**rows, "clocks": deadlines.displayed_rows(rows["clocks"])}


def copy_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that legal stores about a case, notes unsealed."""
    return {**file_of(session, case), "notes": NOTES.copied(session, case)}


def erase(session: Session, case: UUID) -> str | None:
    """Delete what legal holds of a case; return the basis on which its matters are kept, None if they are not."""
    basis = keeping_basis(session.scalars(select(Matter.status).where(Matter.case_id == case)))
    CASES.erase(session, case, keeps=() if basis is None else (Matter.__tablename__,))
    return basis

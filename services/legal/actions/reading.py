"""A case's legal file, as it is shown."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal import models
from services.legal.models import CASES
from shared import deadlines
from shared.casework.cases import rows_of, shown


def show(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file, its parts as rows; its reply schema says what a reader sees. Raises `NotFound`."""
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "advice": rows_of(session, models.Advice, case),
        "clocks": deadlines.displayed(session, case),
        "matters": rows_of(session, models.Matter, case),
        "reconsiderations": rows_of(session, models.Reconsideration, case),
        "identification": models.identification(session, case),
    }

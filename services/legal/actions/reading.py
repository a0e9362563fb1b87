"""A case's legal file, as it is shown."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal import models
from services.legal.models import CASES
from shared import deadlines
from shared.casework.cases import rows_of, shown

_IDENTIFICATION = ("stage", "outcome", "authority", "occurred_on", "received_on", "made_elsewhere", "reconsidered")
_ADVICE = ("id", "phase", "status", "given_on", "topics", "funding", "language", "interpreter")
_MATTER = (
    *("id", "remedy", "status", "opened_on", "applied_on", "late", "outcome", "decided_on", "paid_on"),
    *("amount_band", "currency"),
)
_RECONSIDERATION = ("id", "stage", "ground", "requested_on", "late")


def show(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole file; what a reader sees of it is decided by `rules.SIGHT`. Raises `NotFound`."""
    legal_case = CASES.read(session, case)
    identification = models.identification(session, case)
    return {
        **shown(legal_case, "id", "jurisdiction", "status", "version"),
        "advice": [shown(advice, *_ADVICE) for advice in rows_of(session, models.Advice, case)],
        "clocks": deadlines.of_subject(session, case),
        "matters": [shown(matter, *_MATTER) for matter in rows_of(session, models.Matter, case)],
        "reconsiderations": [
            shown(request, *_RECONSIDERATION) for request in rows_of(session, models.Reconsideration, case)
        ],
        "identification": [shown(step, *_IDENTIFICATION) for step in identification],
    }

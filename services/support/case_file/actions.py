"""A case's support as a whole: as it is shown, and as the person gets a copy of it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.alert.models import Alert
from services.support.assessment.actions import assessments_of
from services.support.case.models import CASES
from services.support.counselling.models import Course
from services.support.delivery.models import Delivery, UrgentNeed
from services.support.note.actions import NOTES
from services.support.plan.models import SupportPlan
from services.support.recovery.actions import recovery_of
from shared.casework.cases import rows_of, shown


def file_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole of it, its parts as rows; its schema says what a reader sees of it. Raises `NotFound`."""
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "recovery": recovery_of(session, case),
        "urgent_needs": rows_of(session, UrgentNeed, case),
        "services": rows_of(session, Delivery, case),
        "assessments": assessments_of(session, case),
        "plans": rows_of(session, SupportPlan, case),
        "counselling": rows_of(session, Course, case),
        "alerts": rows_of(session, Alert, case),
    }


def copy_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed."""
    return {**file_of(session, case), "notes": NOTES.copied(session, case)}

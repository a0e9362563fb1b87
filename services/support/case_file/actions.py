"""A case's support as a whole: as it is shown, and as the person gets a copy of it."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.alert.actions import alerts_of
from services.support.assessment.actions import assessments_of
from services.support.case.models import CASES
from services.support.counselling.actions import counselling_of
from services.support.delivery.actions import services_of, urgent_needs_of
from services.support.note.actions import NOTES
from services.support.plan.actions import plans_of
from services.support.recovery.actions import recovery_of
from shared.casework.cases import shown


def file_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return the whole of it; what a reader sees of it is decided by its fields' classes. Raises `NotFound`."""
    return {
        **shown(CASES.read(session, case), "id", "jurisdiction", "status", "version"),
        "recovery": recovery_of(session, case),
        "urgent_needs": urgent_needs_of(session, case),
        "services": services_of(session, case),
        "assessments": assessments_of(session, case),
        "plans": plans_of(session, case),
        "counselling": counselling_of(session, case),
        "alerts": alerts_of(session, case),
    }


def copy_of(session: Session, case: UUID) -> dict[str, Any]:
    """Return all that support stores about a case, notes unsealed, without the staff who did what."""
    whole = file_of(session, case)
    alerts = [{name: field for name, field in alert.items() if name != "acknowledged_by"} for alert in whole["alerts"]]
    return {**whole, "alerts": alerts, "notes": NOTES.copied(session, case)}

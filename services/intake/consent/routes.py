"""Routes for consents."""

from uuid import UUID

from services.intake.case.routes import CASE, created
from services.intake.consent import actions, schemas
from shared.http import Call, Reply, route


@route("POST", f"{CASE}/consents", action="consent.record", body=schemas.RecordConsent, creates=True)
def record_consent(call: Call) -> Reply:
    """Record a consent."""
    explained_by = UUID(call.principal.subject)
    return created(actions.record_consent(call.session, call.now, call.case, explained_by, call.body))

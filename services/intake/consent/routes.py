"""Routes for consents."""

from services.intake.case.routes import CASE, created
from services.intake.consent import actions, schemas
from shared.http import Call, Reply, route


@route("POST", f"{CASE}/consents", action="consent.record", body=schemas.RecordConsent, creates=True)
def record_consent(call: Call) -> Reply:
    """Record a consent."""
    return created(actions.record_consent(call.session, call.case, call.body, call.now, by=call.principal))

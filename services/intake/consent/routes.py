"""Routes for consents."""

from services.intake.case.routes import CASE, created
from services.intake.consent import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/consents", action="consent.record", body=schemas.RecordConsent, creates=True)
def record_consent(call: CallWith[schemas.RecordConsent]) -> Reply:
    """Record a consent."""
    return created(actions.record_consent(call.session, call.case, call.command, call.now, by=call.principal))

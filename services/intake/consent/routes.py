"""Routes for what the person refuses; a consent may send what waits, and is recorded beside the referrals."""

from services.intake.case.routes import CASE, created
from services.intake.consent import actions, schemas
from shared.http import CallWith, Reply, route

_REFUSALS = f"{CASE}/consent-refusals"


@route(
    "POST",
    _REFUSALS,
    action="consent.refuse",
    body=schemas.RecordRefusal,
    creates=True,
    part="consent_refusals",
)
def refuse_consent(call: CallWith[schemas.RecordRefusal]) -> Reply:
    """Record that the person was asked about an agency, and said no."""
    return created(actions.record_refusal(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{_REFUSALS}/<uuid:refusal>/correction",
    action="consent.refuse",
    body=schemas.CorrectRefusal,
    creates=True,
)
def correct_refusal(call: CallWith[schemas.CorrectRefusal]) -> Reply:
    """Put a refusal right, or take it back as recorded wrongly."""
    refusal, by = call.path["refusal"], call.principal
    return created(actions.correct_refusal(call.session, call.case, refusal, call.command, call.now, by=by))

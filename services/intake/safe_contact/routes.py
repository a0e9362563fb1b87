"""Routes for safe contact and dangers."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
from services.intake.safe_contact import actions, schemas
from shared.http import Call, CallWith, Reply, route


@route("POST", f"{CASE}/alerts", action="alert.raise", body=schemas.RaiseAlert, creates=True, part="alerts")
def raise_alert(call: CallWith[schemas.RaiseAlert]) -> Reply:
    """Raise a safeguarding alert about a danger to the person; support escalates it until it is acknowledged."""
    return created(actions.raise_alert(call.session, call.case, call.command))


@route(
    "PUT",
    f"{CASE}/safe-contact",
    action="safe_contact.record",
    body=schemas.AgreeContact,
    changes=True,
    reply=schemas.ChangedSafeContact,
    part="safe_contact",
)
def record_agreement(call: CallWith[schemas.AgreeContact]) -> Reply:
    """Record how the person agreed to be reached, in place of what stood before."""
    return Reply({"id": call.case}, version=actions.record_agreement(call.session, call.case, call.command))


@route("GET", f"{CASE}/safe-contact", action="safe_contact.read", reply=schemas.ContactSafety)
def may_contact(call: Call) -> Reply:
    """Return whether the person may be contacted now, how, and who must not hear of it; no more than is needed."""
    shown = actions.contact_safety(call.session, call.case, call.now)
    return Reply(shown, version=current_version(call.session, call.case))


@route("GET", f"{CASE}/safe-contact/agreement", action="safe_contact.record", reply=schemas.AgreedContact)
def read_agreement(call: Call) -> Reply:
    """Return all that the person agreed to, to go through it with them."""
    agreement = actions.agreement_of(call.session, call.case)
    return Reply({"id": call.case, "agreement": agreement}, version=current_version(call.session, call.case))


@route(
    "POST",
    f"{CASE}/contact-attempts",
    action="contact.attempt",
    body=schemas.AttemptContact,
    creates=True,
    part="contact_attempts",
)
def attempt_contact(call: CallWith[schemas.AttemptContact]) -> Reply:
    """Record an outgoing contact; one that is not safe is refused, with what to do instead."""
    return created(actions.record_attempt(call.session, call.case, call.command, call.now, by=call.principal))


@route(
    "POST",
    f"{CASE}/contact-attempts/<uuid:attempt>/correction",
    action="contact.attempt",
    body=schemas.CorrectAttempt,
    creates=True,
)
def correct_attempt(call: CallWith[schemas.CorrectAttempt]) -> Reply:
    """Put a contact right that was tried, or take it back as recorded wrongly."""
    which, by = call.path["attempt"], call.principal
    return created(actions.correct_attempt(call.session, call.case, which, call.command, call.now, by=by))

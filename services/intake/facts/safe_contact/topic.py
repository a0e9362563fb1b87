"""Routes for safe contact and dangers, and what support reports of absences."""

from typing import Final

from services.intake.facts.case.models import current_version
from services.intake.facts.case.topic import CASE
from services.intake.facts.safe_contact import actions, events, rules, schemas
from shared.http import Call, Reply, bind, post, route
from shared.runtime.topics import Topic


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


TOPIC: Final = Topic(
    __name__,
    routes=(
        bind(
            "PUT",
            "safe_contact.record",
            f"{CASE}/safe-contact",
            actions.record_agreement,
            changes=True,
            reply=schemas.ChangedSafeContact,
            part="safe_contact",
        ),
        post("alert.raise", f"{CASE}/alerts", actions.raise_alert, creates=True, part="alerts"),
        post(
            "contact.attempt",
            f"{CASE}/contact-attempts",
            actions.record_attempt,
            name="attempt_contact",
            creates=True,
            part="contact_attempts",
        ),
        post(
            "contact.attempt",
            f"{CASE}/contact-attempts/<uuid:attempt>/correction",
            actions.correct_attempt,
            creates=True,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
)

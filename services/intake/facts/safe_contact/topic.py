"""Routes for safe contact and dangers, and events of support about absences."""

from typing import Final

from services.intake.facts.case.topic import CASE
from services.intake.facts.safe_contact import actions, events, rules, schemas
from shared.http import bind, get, post
from shared.runtime.topics import Topic

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
        get("safe_contact.read", f"{CASE}/safe-contact", actions.may_contact, reply=schemas.ContactSafety),
        get(
            "safe_contact.record",
            f"{CASE}/safe-contact/agreement",
            actions.read_agreement,
            reply=schemas.AgreedContact,
        ),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    reads=events.READS,
    projections=actions.PROJECTIONS,
)

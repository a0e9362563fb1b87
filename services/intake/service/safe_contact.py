"""Routes for contacting the person safely."""

from uuid import UUID

from services.intake.actions import safe_contact
from services.intake.models import version
from services.intake.schemas.safe_contact import AgreeContact, AttemptContact
from shared.http import Call, Reply, route

_CASE = "/v1/cases/<uuid:case>"


class SafeContactRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("PUT", f"{_CASE}/safe-contact", action="safe_contact.record", body=AgreeContact, changes=True)
    def agree_contact(self, call: Call) -> Reply:
        """Record how the person agreed to be reached, in place of what stood before."""
        return Reply({"id": str(call.case)}, version=safe_contact.agree(call.session, call.case, call.body))

    @route("GET", f"{_CASE}/safe-contact", action="safe_contact.read")
    def may_contact(self, call: Call) -> Reply:
        """Return whether the person may be contacted now, and how; no more than is needed for that."""
        shown = safe_contact.may_contact_now(call.session, call.now, call.case)
        shown["contact_attempts"] = safe_contact.attempts(call.session, call.case)
        return Reply(shown, version=version(call.session, call.case))

    @route("GET", f"{_CASE}/safe-contact/agreement", action="safe_contact.record")
    def read_agreement(self, call: Call) -> Reply:
        """Return all that the person agreed to, to go through it with them."""
        agreement = safe_contact.agreement(call.session, call.case)
        return Reply({"id": str(call.case), "agreement": agreement}, version=version(call.session, call.case))

    @route("POST", f"{_CASE}/contact-attempts", action="contact.attempt", body=AttemptContact, creates=True)
    def attempt_contact(self, call: Call) -> Reply:
        """Record an outgoing contact; one that is not safe is refused, with what to do instead."""
        made_by = UUID(call.principal.subject)
        attempt_id, new_version = safe_contact.attempt(call.session, call.now, call.case, made_by, call.body)
        return Reply(status=201, created=attempt_id, version=new_version)

"""Routes for sharing without consent."""

from uuid import UUID

from services.intake import models
from services.intake.actions import sharing
from services.intake.schemas.sharing import DecideSharing, PersonTold, ProposeSharing
from shared.http import Call, Reply, route

_SHARING = "/v1/cases/<uuid:case>/sharings"


class SharingRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("GET", _SHARING, action="sharing.read")
    def read_sharings(self, call: Call) -> Reply:
        """List a case's sharings without consent, in every state."""
        sharings = sharing.of_case(call.session, call.case)
        return Reply({"sharings": sharings}, version=models.version(call.session, call.case))

    @route("POST", _SHARING, action="sharing.propose", body=ProposeSharing, creates=True)
    def propose_sharing(self, call: Call) -> Reply:
        """Propose to share something without the person's consent; where a life is in danger it is shared at once."""
        by = UUID(call.principal.subject)
        sharing_id, version = sharing.propose(call.session, call.now, call.case, by, call.body)
        return Reply(status=201, created=sharing_id, version=version)

    @route("POST", f"{_SHARING}/<uuid:sharing>/decision", action="sharing.decide", body=DecideSharing, changes=True)
    def decide_sharing(self, call: Call) -> Reply:
        """Approve or refuse a sharing without consent, as a second person."""
        sharing_id, by = call.path["sharing"], UUID(call.principal.subject)
        version = sharing.decide(call.session, call.now, call.case, sharing_id, by, approves=call.body["approves"])
        return Reply({"id": str(sharing_id)}, version=version)

    @route("POST", f"{_SHARING}/<uuid:sharing>/told", action="sharing.propose", body=PersonTold, changes=True)
    def person_told(self, call: Call) -> Reply:
        """Record that the person was informed of a sharing without consent."""
        sharing_id = call.path["sharing"]
        version = sharing.person_told(call.session, call.now, call.case, sharing_id, call.body.get("told_on"))
        return Reply({"id": str(sharing_id)}, version=version)

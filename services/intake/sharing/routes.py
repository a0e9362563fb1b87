"""Routes for sharing without consent."""

from uuid import UUID

from services.intake.case.models import current_version
from services.intake.case.routes import CASE
from services.intake.sharing import actions, schemas
from shared.http import Call, Reply, route

SHARINGS = f"{CASE}/sharings"


@route("GET", SHARINGS, action="sharing.read")
def read_sharings(call: Call) -> Reply:
    """List a case's sharings without consent, in every state."""
    sharings = actions.sharings_of(call.session, call.case)
    return Reply({"sharings": sharings}, version=current_version(call.session, call.case))


@route("POST", SHARINGS, action="sharing.propose", body=schemas.ProposeSharing, creates=True)
def propose_sharing(call: Call) -> Reply:
    """Propose to share something without the person's consent; where a life is in danger it is shared at once."""
    by = UUID(call.principal.subject)
    sharing_id, version = actions.propose_sharing(call.session, call.now, call.case, by, call.body)
    return Reply(status=201, created=sharing_id, version=version)


@route("POST", f"{SHARINGS}/<uuid:sharing>/told", action="sharing.propose", body=schemas.RecordPersonTold, changes=True)
def record_person_told(call: Call) -> Reply:
    """Record that the person was informed of a sharing without consent."""
    sharing_id = call.path["sharing"]
    version = actions.record_person_told(call.session, call.now, call.case, sharing_id, call.body.get("told_on"))
    return Reply({"id": str(sharing_id)}, version=version)

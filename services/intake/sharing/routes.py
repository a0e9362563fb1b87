"""Routes for sharing without consent."""

from services.intake.case.models import current_version
from services.intake.case.routes import CASE, created
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
    return created(actions.propose_sharing(call.session, call.case, call.body, call.now, by=call.principal))


@route("POST", f"{SHARINGS}/<uuid:sharing>/told", action="sharing.propose", body=schemas.RecordPersonTold, changes=True)
def record_person_told(call: Call) -> Reply:
    """Record that the person was informed of a sharing without consent."""
    sharing_id = call.path["sharing"]
    version = actions.record_person_told(call.session, call.case, sharing_id, call.body.get("told_on"), call.now)
    return Reply({"id": str(sharing_id)}, version=version)

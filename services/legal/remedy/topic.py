"""The route for the remedies of a case."""

from services.legal.case.models import CASES
from services.legal.case.routes import CASE
from services.legal.remedy import actions, schemas
from shared.http import Call, Reply, route


@route("GET", f"{CASE}/remedies", action="remedy.read", reply=schemas.RemedyList)
def read_remedies(call: Call) -> Reply:
    """Return the remedies of the case's jurisdiction, with the conflicts between them and what was claimed."""
    return Reply(actions.remedies_shown(call.session, call.case), version=CASES.version(call.session, call.case))

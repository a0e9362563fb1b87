"""Routes for the rights that are explained to the person."""

from typing import Final

from services.legal.case.models import CASES
from services.legal.case.routes import CASE
from services.legal.right import actions, schemas
from shared.http import Call, CallWith, Reply, route

_RIGHTS: Final = f"{CASE}/rights"


@route("GET", _RIGHTS, action="right.read", reply=schemas.RightList)
def read_rights(call: Call) -> Reply:
    """Return the rights of the case's jurisdiction with their sources, and which were explained."""
    return Reply(actions.rights_shown(call.session, call.case), version=CASES.version(call.session, call.case))


@route("POST", _RIGHTS, action="right.explain", body=schemas.ExplainRight, creates=True, part="rights_explained")
def explain_right(call: CallWith[schemas.ExplainRight]) -> Reply:
    """Record that a right was explained, in which language, and whether it was understood."""
    created, version = actions.explain_right(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=created, version=version)

"""Routes for the rights that are explained to the person."""

from typing import Final

from services.legal.case.models import CASES
from services.legal.case.routes import CASE
from services.legal.right import actions, schemas
from shared.http import Call, Reply, post, route

_RIGHTS: Final = f"{CASE}/rights"


@route("GET", _RIGHTS, action="right.read", reply=schemas.RightList)
def read_rights(call: Call) -> Reply:
    """Return the rights of the case's jurisdiction with their sources, and which were explained."""
    return Reply(actions.rights_shown(call.session, call.case), version=CASES.version(call.session, call.case))


ROUTES: Final = (post("right.explain", _RIGHTS, actions.explain_right, creates=True, part="rights_explained"),)

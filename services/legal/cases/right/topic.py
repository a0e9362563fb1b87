"""Routes for the rights that are explained to the person."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.cases.right import actions, rules, schemas
from shared.http import Call, Reply, post, route
from shared.runtime.topics import Topic

_RIGHTS: Final = f"{CASE}/rights"


@route("GET", _RIGHTS, action="right.read", reply=schemas.RightList)
def read_rights(call: Call) -> Reply:
    """Return the rights of the case's jurisdiction with their sources, and which were explained."""
    return Reply(actions.rights_shown(call.session, call.case), version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__,
    routes=(post("right.explain", _RIGHTS, actions.explain_right, creates=True, part="rights_explained"),),
    access=rules.ACCESS,
)

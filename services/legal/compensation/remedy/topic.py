"""The route for the remedies of a case."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.compensation.remedy import actions, rules, schemas
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/remedies", action="remedy.read", reply=schemas.RemedyList)
def read_remedies(call: Call) -> Reply:
    """Return the remedies of the case's jurisdiction, with the conflicts between them and what was claimed."""
    return Reply(actions.remedies_shown(call.session, call.case), version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(__name__, access=rules.ACCESS)

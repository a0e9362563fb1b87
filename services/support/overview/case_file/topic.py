"""The route that reads a case's support."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.overview.case_file import actions, events, rules
from services.support.overview.case_file.schemas import SupportFile
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", CASE, action="case.read", reply=SupportFile)
def read_case(call: Call) -> Reply:
    """Return a case's support, as far as the reader's role sees it."""
    shown = actions.read_case(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(shown, version=shown["version"])


TOPIC: Final = Topic(__name__, access=rules.ACCESS, events=events.EVENTS)

"""The routes that read a case's support and its timeline."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.overview.case_file import actions, events, rules
from services.support.overview.case_file.schemas import CaseTimeline, SupportFile
from shared.casework.timeline import read_page
from shared.casework.timeline_view import QUERY
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", CASE, action="case.read", reply=SupportFile)
def read_case(call: Call) -> Reply:
    """Return a case's support, as far as the reader's role sees it."""
    shown = actions.read_case(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(shown, version=shown["version"])


@route("GET", f"{CASE}/timeline", action="case.read", reply=CaseTimeline, query=QUERY)
def read_timeline(call: Call) -> Reply:
    """Return the dated entries of a case's file in four lanes, and its deadlines."""
    page, by = read_page(call.query), call.principal
    timeline = actions.read_timeline(call.session, call.case, call.sight, call.now, page=page, by=by)
    return Reply(timeline, version=timeline["version"])


TOPIC: Final = Topic(
    __name__,
    access=rules.ACCESS,
    events=events.EVENTS,
)

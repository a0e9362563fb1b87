"""The routes that read the legal file and the timeline."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.overview.case_file import actions, events, rules
from services.legal.overview.case_file.schemas import CaseTimeline, LegalFile
from shared.casework.timeline import read_page
from shared.casework.timeline_view import QUERY
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", CASE, action="case.read", reply=LegalFile)
def read_case(call: Call) -> Reply:
    """Return a case's legal file."""
    legal_file = actions.read_case(call.session, call.case, call.sight, call.now, by=call.principal)
    return Reply(legal_file, version=legal_file["version"])


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

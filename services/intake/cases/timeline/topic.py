"""The route that reads the timeline."""

from typing import Final

from services.intake.cases.timeline import actions
from services.intake.cases.timeline.schemas import CaseTimeline
from services.intake.facts.case.topic import CASE
from shared.casework.timeline import read_page
from shared.casework.timeline_view import QUERY
from shared.http import Call, Reply, route
from shared.runtime.topics import Topic


@route("GET", f"{CASE}/timeline", action="case.read", reply=CaseTimeline, query=QUERY, only_reads=True)
def read_timeline(call: Call) -> Reply:
    """Return the dated entries of a case's file in four lanes, and its deadlines."""
    page, by = read_page(call.query), call.principal
    timeline = actions.read_timeline(call.session, call.case, call.now, page=page, by=by, sight=call.sight)
    return Reply(timeline, version=timeline["version"])


TOPIC: Final = Topic(__name__)

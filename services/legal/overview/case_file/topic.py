"""The routes that read the legal file and the timeline."""

from typing import Final

from services.legal.cases.case.topic import CASE
from services.legal.overview.case_file import actions, events, rules
from services.legal.overview.case_file.schemas import CaseTimeline, LegalFile
from shared.casework.timeline_view import QUERY
from shared.http import get
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("case.read", CASE, actions.read_case, reply=LegalFile),
        get("case.read", f"{CASE}/timeline", actions.read_timeline, reply=CaseTimeline, query=QUERY),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)

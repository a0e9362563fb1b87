"""The routes that read a case's support and its timeline."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.overview.case_file import actions, events, rules
from services.support.overview.case_file.schemas import CaseTimeline, SupportFile
from shared.casework.timeline_view import QUERY
from shared.http import get
from shared.runtime.topics import Topic

TOPIC: Final = Topic(
    __name__,
    routes=(
        get("case.read", CASE, actions.read_case, reply=SupportFile),
        get("case.read", f"{CASE}/timeline", actions.read_timeline, reply=CaseTimeline, query=QUERY),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
)

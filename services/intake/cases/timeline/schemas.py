"""The timeline of a case at intake."""

from services.intake.cases.lifecycle.schemas import CaseContents
from shared.casework.timeline_view import TimelineView


class CaseTimeline(TimelineView):
    """The timeline of a case at intake, the newest entry first."""

    drawn_from = CaseContents

"""The timeline of a case at support."""

from services.support.overview.case_file.schemas import SupportFile
from shared.casework.timeline_view import TimelineView


class CaseTimeline(TimelineView):
    """The timeline of a case at support, the newest entry first."""

    drawn_from = SupportFile

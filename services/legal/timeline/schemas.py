"""The timeline of a case at legal."""

from services.legal.case_file.schemas import LegalFile
from shared.casework.timeline_view import TimelineView


class CaseTimeline(TimelineView):
    """The timeline of a case at legal, the newest entry first."""

    drawn_from = LegalFile

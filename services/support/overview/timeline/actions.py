"""Build the timeline of a case from what the reader sees of its file."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES
from services.support.overview.case_file.actions import read_case
from services.support.overview.case_file.schemas import SupportFile
from services.support.overview.timeline.rules import DATES
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework.timeline import Page, Timeline

_TIMELINE: Final = Timeline("support", SupportFile, DATES)


def read_timeline(
    session: Session, case: UUID, sight: Sight, now: datetime, *, page: Page, by: Principal
) -> dict[str, Any]:
    """Return the body of `CaseTimeline`. Support has no deadlines. Raises `NotFound`."""
    file = read_case(session, case, sight, now, by=by)
    return _TIMELINE.body(file, sight, CASES.roles(session, case), page)

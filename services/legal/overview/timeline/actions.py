"""The timeline of a case, made from its file as the reader sees it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.compensation.fact.actions import recorded_alone
from services.legal.overview.case_file.actions import read_case
from services.legal.overview.timeline.rules import DATES
from services.legal.overview.timeline.schemas import TimelineFile
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework.timeline import Page, Timeline
from shared.deadlines import calculated_at

_TIMELINE: Final = Timeline("legal", TimelineFile, DATES)


def read_timeline(
    session: Session, case: UUID, sight: Sight, now: datetime, *, page: Page, by: Principal
) -> dict[str, Any]:
    """Return the timeline as `CaseTimeline` reads it. Raises `NotFound`."""
    file = read_case(session, case, sight, now, by=by)
    facts = recorded_alone(session, case, [matter["id"] for matter in file["matters"]])
    return _TIMELINE.body(
        {**file, "facts": facts}, sight, CASES.roles(session, case), page, calculated_at=calculated_at(session, case)
    )

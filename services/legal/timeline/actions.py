"""The timeline of a case, made from its file as the reader sees it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.case.models import CASES
from services.legal.case_file.actions import read_case
from services.legal.case_file.schemas import LegalFile
from services.legal.timeline.rules import DATES
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework.timeline import Page, Timeline

_TIMELINE: Final = Timeline("legal", LegalFile, DATES)


def read_timeline(
    session: Session, case: UUID, sight: Sight, now: datetime, *, page: Page, by: Principal
) -> dict[str, Any]:
    """Return the timeline as `CaseTimeline` reads it. Raises `NotFound`."""
    file = read_case(session, case, sight, now, by=by)
    return _TIMELINE.body(file, sight, CASES.roles(session, case), page)

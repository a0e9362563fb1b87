"""The timeline of a case, made from its file as the reader sees it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.cases.lifecycle.actions import read_contents
from services.intake.cases.lifecycle.schemas import CaseContents
from services.intake.cases.timeline.rules import DATES
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework.timeline import Page, Timeline
from shared.deadlines import calculated_at

_TIMELINE: Final = Timeline("intake", CaseContents, DATES)


def read_timeline(
    session: Session, case_id: UUID, now: datetime, *, page: Page, by: Principal, sight: Sight
) -> dict[str, Any]:
    """Return the timeline as `CaseTimeline` reads it. Raises `NotFound`."""
    file = read_contents(session, case_id, now, by=by, sight=sight)
    roles = {member["member"]: member["role"] for member in file["team"]}
    return _TIMELINE.body(file, sight, roles, page, calculated_at=calculated_at(session, case_id))

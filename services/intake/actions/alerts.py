"""Safeguarding alerts: intake announces a danger at once, and support notifies people and follows it up."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.models import bump
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record


def flag_danger(session: Session, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Emit `danger.flagged`, in any state of the case; return the id of the alert at support, and the new version."""
    alert = new_id()
    version = bump(session, case_id)
    record(session, case_id, [Announcement("danger.flagged", {"alert": alert, **body})])
    return alert, version

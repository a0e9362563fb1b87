"""Supervision: who supervises which members of staff."""

from uuid import UUID

from sqlalchemy.orm import Session

from services.intake import rules
from shared.access import supervisions
from shared.access.permissions import NotFound
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def begin_supervision(session: Session, supervisor: UUID, member: UUID) -> None:
    """Record that somebody supervises a member of staff from now on. Raises `FactRefused`."""
    rules.supervision(supervisor, member)
    if supervisions.begin(session, supervisor, member):
        _tell(session, "supervision.began", supervisor, member)


def end_supervision(session: Session, supervisor: UUID, member: UUID) -> None:
    """End a supervision: here at once, at every other service when the event arrives. Raises `NotFound`."""
    if not supervisions.end(session, supervisor, member):
        raise NotFound
    _tell(session, "supervision.ended", supervisor, member)


def _tell(session: Session, name: str, supervisor: UUID, member: UUID) -> None:
    record(session, supervisor, [Announcement(name, {"supervisor": supervisor, "member": member})])

"""The read model of absences at support, and the cases whose sharing is frozen."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record


class HeardAbsence(Record):
    """Intake's read model of an absence at support. Its row stays after the end: a late event can't reopen it."""

    __tablename__ = "heard_absences"
    __table_args__ = (Index("heard_absences_case_id_index", "case_id"),)

    absence: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID]
    #: When it was declared; null if only the event of its end has arrived.
    since: Mapped[datetime | None]
    is_over: Mapped[bool]


class SharingFreeze(Record):
    """A case whose sharing is frozen by an event. The row is deleted when the event `sharing.resumed` is recorded."""

    __tablename__ = "sharing_freezes"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    freeze: Mapped[UUID]

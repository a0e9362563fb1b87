"""Tasks as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class Task(Record):
    """Something of a record that somebody has to see to; one of each kind a record."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("case_id", "kind", "record"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    record: Mapped[UUID] = mapped_column(comment="what it is about")
    due_on: Mapped[date]
    done_on: Mapped[date | None]

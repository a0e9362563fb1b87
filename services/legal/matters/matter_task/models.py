"""What was announced of each thing that waits in a matter."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.cases.case.models import Record


class MatterTask(Record):
    """Something of a matter's file that its team has to see to; one of each kind a record."""

    __tablename__ = "matter_tasks"
    __table_args__ = (UniqueConstraint("file", "kind", "record"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file: Mapped[UUID]
    case_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str]
    record: Mapped[UUID] = mapped_column(comment="what it is about: a record of the file, or the file")
    due_on: Mapped[date | None]
    unclear: Mapped[bool]
    members: Mapped[list[UUID]] = mapped_column(ARRAY(UuidType), comment="on whose list it stands")
    is_open: Mapped[bool]

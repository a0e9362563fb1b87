"""The table of tasks. Declared columns can be shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase
from shared.events.contract import Code, Day, Reference
from shared.reference import codes


class Task(OfCase, Record):
    """Work on a record that a member of the team has to do: at most one task of each kind for a record."""

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("case_id", "kind", "record"),)

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The task.", primary_key=True)
    kind: Mapped[str] = declared_column(Code(codes("support_task")), FieldClass.BASIC, "The task.")
    record: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The topic.")
    due_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "By which day.")
    done_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "When it was done; null: it is open."
    )

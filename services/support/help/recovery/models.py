"""The table of recovery periods, copied from intake's clocks. What is declared here can be shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_BASIC: Final = FieldClass.BASIC


class Recovery(Record):
    """A recovery period, whose clock intake keeps."""

    __tablename__ = "recoveries"

    clock: Mapped[UUID] = declared_column(Reference(), _BASIC, "The clock, at intake.", primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str] = declared_column(Code(), _BASIC, "Which period of the law it is.", example="GB.RECOVERY_MIN")
    due_on: Mapped[date | None] = declared_column(nullable(Day()), _BASIC, "Its last day, where the length is known.")
    other_due_on: Mapped[date | None] = declared_column(
        nullable(Day()), _BASIC, "Its last day by the other reading, where there is one."
    )
    state: Mapped[str] = declared_column(
        Code(codes("clock_state")), _BASIC, "How far it is; a withdrawn one counts no more."
    )

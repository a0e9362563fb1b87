"""Recovery periods, as intake's clocks say."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class Recovery(Record):
    """A recovery period that intake keeps the clock of."""

    __tablename__ = "recoveries"

    clock: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str]
    due_on: Mapped[date | None]
    other_due_on: Mapped[date | None] = mapped_column(comment="by the other reading")
    state: Mapped[str] = mapped_column(comment="of the list clock_state")

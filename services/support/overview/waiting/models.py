"""The table of items of the waiting list that were offered or taken. No view shows it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record
from shared.casework.records import OfCase


class Allocation(OfCase, Record):
    """The staff member to whom an item is offered, and the one who takes it."""

    __tablename__ = "waiting_allocations"

    item: Mapped[UUID] = mapped_column(primary_key=True, comment="the request for counselling or practical help")
    offered_to: Mapped[UUID | None]
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]

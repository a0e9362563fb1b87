"""Requests for a reconsideration as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Reconsideration(Correctable, Record):
    """A request to look at a negative decision again."""

    __tablename__ = "reconsiderations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    stage: Mapped[str]
    ground: Mapped[str]
    requested_on: Mapped[date]
    about: Mapped[UUID | None] = mapped_column(comment="the decision, by its fact")
    late: Mapped[bool] = mapped_column(comment="as far as was known when it was recorded")

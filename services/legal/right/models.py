"""Rights that were explained, as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.events.envelope import new_id


class RightExplained(Record):
    """That a right was explained; once more is a row of its own."""

    __tablename__ = "rights_explained"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    code: Mapped[str]
    explained_on: Mapped[date]
    language: Mapped[str]
    format: Mapped[str]
    understood: Mapped[str]
    recorded_by: Mapped[UUID]

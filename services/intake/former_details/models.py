"""Who may see a person's former details, until when, and why."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record
from shared.events.envelope import new_id

_MOMENT = DateTime(timezone=True)


class FormerDetailsReason(Record):
    """Why a member of staff sees the former names and genders of a case, until an instant. It stays on record."""

    __tablename__ = "former_details_reasons"
    __table_args__ = (Index("former_details_reasons_case_id_member_index", "case_id", "member"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"))
    member: Mapped[UUID]
    reason: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(_MOMENT)
    until: Mapped[datetime] = mapped_column(_MOMENT)


class FormerNameSearch(Record):
    """Why a member of staff finds their own cases by former names too, until an instant; the latest reason alone."""

    __tablename__ = "former_name_searches"

    member: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str]
    until: Mapped[datetime] = mapped_column(_MOMENT)

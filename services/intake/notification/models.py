"""Tables of the duty to notify."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class Notification(RecordedFact, Record):
    """A report that a body under the duty made, as it went out: codes, and none that point at somebody."""

    __tablename__ = "notifications"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    body: Mapped[str]
    receiver: Mapped[str | None]
    told: Mapped[dict[str, str | list[str]]] = mapped_column(JSONB)
    reported_on: Mapped[date]


Index("notifications_alike_index", Notification.case_id, postgresql_where=Notification.alike.is_not(None))

"""The table of reports under the duty to notify. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Identifier, Reference
from shared.events.envelope import new_id


class Notification(RecordedFact, Record):
    """A report by a body under the duty to notify, as it was sent: codes that do not identify a person."""

    __tablename__ = "notifications"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The report.", primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    body: Mapped[str] = declared_column(
        Code(identifier=Identifier.PUBLIC_BODY),
        FieldClass.ACCOUNT,
        "The body under the duty, as the profile names it.",
        example="police",
    )
    receiver: Mapped[str | None] = declared_column(
        nullable(Code(identifier=Identifier.PUBLIC_BODY)),
        FieldClass.ACCOUNT,
        "Who gets reports there; null: no one body.",
        example="NL.COMENSHA",
    )
    told: Mapped[dict[str, str | list[str]]] = mapped_column(JSONB)
    reported_on: Mapped[date] = declared_column(Day(), FieldClass.ACCOUNT, "The day on which it was reported.")


Index("notifications_alike_index", Notification.case_id, postgresql_where=Notification.alike.is_not(None))

"""The table of a person's choices of anonymity. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Flag, Reference
from shared.events.envelope import new_id
from shared.reference import codes


class AnonymityChoice(Record):
    """One choice of the person and its reason. The case contains the latest choice."""

    __tablename__ = "anonymity_choices"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.BASIC, "The record's id.", primary_key=True, default=new_id
    )
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    anonymous: Mapped[bool] = declared_column(
        Flag(), FieldClass.STATISTICS, "Whether the person wants to stay without a name."
    )
    reason: Mapped[str] = declared_column(
        Code(codes("anonymity_reason")), FieldClass.STATISTICS, "Why the person chose so."
    )
    chosen_on: Mapped[date] = declared_column(
        Day(), FieldClass.STATISTICS, "The day on which they chose, today by default."
    )
    recorded_by: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "Who recorded it.", author=True)

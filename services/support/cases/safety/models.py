"""The table of safety plans. Steps and code word are sealed. Declared columns can be entered and shown."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Copyable, Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH


class SafetyPlan(Copyable, Recorded, Record):
    """A safety plan. The one that was agreed last is valid."""

    __tablename__ = "safety_plans"

    id: Mapped[UUID] = declared_column(Reference(), _HEALTH, "The safety plan.", primary_key=True)
    agreed_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day on which it was agreed, today by default.")
    review_on: Mapped[date] = declared_column(Day(), _HEALTH, "The day of the review, within 30 days.")
    steps: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    #: Only shown to staff who are about to call the person.
    code_word: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed")
    reopened_on: Mapped[date | None] = declared_column(
        nullable(Day()), _HEALTH, "Since when a review is needed; null: it is valid."
    )
    reopened_by: Mapped[str | None] = declared_column(
        nullable(Code(codes("safety_reopening"))), _HEALTH, "What happened since."
    )

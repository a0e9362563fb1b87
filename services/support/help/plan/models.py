"""The table of support plans. What is declared here can be entered and shown."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Codes, Day, Flag, Reference
from shared.reference import codes


class SupportPlan(Recorded, Record):
    """A plan that was agreed with the person."""

    __tablename__ = "support_plans"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The plan.", primary_key=True)
    goal_types: Mapped[list[str]] = declared_column(
        Codes(codes("plan_type")), FieldClass.ACCOUNT, "What it works towards."
    )
    review_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day on which it is reviewed.", example="2026-06-02"
    )
    person_has_copy: Mapped[bool] = declared_column(Flag(), FieldClass.ACCOUNT, "Whether the person has it in hand.")
    agreed_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which it was agreed, today by default."
    )

"""Tables of support plans and goals. A goal's words, steps and ratings are sealed.

Declared columns can be entered and shown.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.cases.case.models import Record, Recorded
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.reference import codes


class SupportPlan(Recorded, Record):
    """A plan that was agreed with the person."""

    __tablename__ = "support_plans"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The plan.", primary_key=True)
    goal_types: Mapped[list[str]] = declared_column(Codes(codes("plan_type")), FieldClass.ACCOUNT, "The objective.")
    review_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day on which it is reviewed.", example="2026-06-02"
    )
    person_has_copy: Mapped[bool] = declared_column(Flag(), FieldClass.ACCOUNT, "Whether the person has it in hand.")
    agreed_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which it was agreed, today by default."
    )


_ACCOUNT: Final = FieldClass.ACCOUNT


class Goal(Recorded, Record):
    """A goal of the person."""

    __tablename__ = "goals"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The goal.", primary_key=True)
    goal_type: Mapped[str] = declared_column(Code(codes("goal_type")), _ACCOUNT, "The topic.")
    state: Mapped[str] = declared_column(
        Code(codes("goal_state")), _ACCOUNT, "How far it is; refusing one has no consequence."
    )
    stated_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which they said so, today by default.")
    review_on: Mapped[date | None] = declared_column(nullable(Day()), _ACCOUNT, "The day of the review.")
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: words, steps, ratings")

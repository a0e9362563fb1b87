"""Plans as they are stored."""

from datetime import date
from uuid import UUID

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record


class SupportPlan(Record):
    """A plan agreed with the person."""

    __tablename__ = "support_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    goal_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review_on: Mapped[date | None]
    person_has_copy: Mapped[bool]
    agreed_on: Mapped[date]

"""Plans as they are stored."""

from datetime import date

from sqlalchemy import Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class SupportPlan(Recorded, Record):
    """A plan agreed with the person."""

    __tablename__ = "support_plans"

    goal_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    review_on: Mapped[date | None]
    person_has_copy: Mapped[bool]
    agreed_on: Mapped[date]

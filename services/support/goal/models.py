"""Goals as they are stored: their words, steps and ratings are sealed."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class Goal(Recorded, Record):
    """Something that the person wants."""

    __tablename__ = "goals"

    goal_type: Mapped[str]
    state: Mapped[str]
    stated_on: Mapped[date]
    review_on: Mapped[date | None]
    content: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed: words, steps, ratings")

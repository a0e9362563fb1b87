"""Safety plans as they are stored: what they say is sealed."""

from datetime import date

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from services.support.case.models import Record, Recorded


class SafetyPlan(Recorded, Record):
    """A safety plan; the one that was agreed last counts."""

    __tablename__ = "safety_plans"

    agreed_on: Mapped[date]
    review_on: Mapped[date]
    steps: Mapped[bytes] = mapped_column(LargeBinary, comment="sealed")
    code_word: Mapped[bytes | None] = mapped_column(LargeBinary, comment="sealed; shown to who makes a call alone")
    person_copy: Mapped[str | None] = mapped_column(comment="null: nobody asked the person")
    reopened_on: Mapped[date | None] = mapped_column(comment="something happened since; it is looked at again")
    reopened_by: Mapped[str | None]

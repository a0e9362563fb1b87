"""Tables of the self-check."""

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record


class SelfCheckCount(Record):
    """How many self-checks there were in a month and a language. No answer is kept, nor who gave it."""

    __tablename__ = "self_check_counts"

    month: Mapped[date] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    completed: Mapped[int]
    urgent: Mapped[int]
    return_codes: Mapped[int]


class ReturnCode(Record):
    """A return code, by its keyed fingerprint; no other record refers to it."""

    __tablename__ = "return_codes"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    issued_on: Mapped[date] = mapped_column(index=True)

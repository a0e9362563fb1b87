"""The self-check, in counts, and how often a person was asked for their account."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.models.record import Record
from shared.events.envelope import new_id


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


class Account(Record):
    """That a person gave an account, and why they were asked again; never its content."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    times: Mapped[int]
    elsewhere: Mapped[bool]
    reason: Mapped[str | None]
    given_on: Mapped[date]

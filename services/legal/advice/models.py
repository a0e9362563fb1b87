"""Advice as it is stored."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.legal.case.models import Record
from shared.casework.records import Correctable
from shared.events.envelope import new_id


class Advice(Correctable, Record):
    """That there was advice, when, on which topics; never what was said."""

    __tablename__ = "advice"
    __table_args__ = (
        CheckConstraint("status in ('given', 'declined', 'unavailable', 'could_not_wait')", name="status"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    phase: Mapped[str]
    status: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    funding: Mapped[str]
    language: Mapped[str]
    interpreter: Mapped[bool]
    format: Mapped[str | None]
    given_on: Mapped[date]
    recorded_by: Mapped[UUID | None] = mapped_column(comment="null: it was not kept yet")


class FollowUp(Record):
    """What is to be done after advice, and whether it was."""

    __tablename__ = "advice_follow_ups"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    advice: Mapped[UUID]
    kind: Mapped[str]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    recorded_by: Mapped[UUID]


class AdviceRequest(Record):
    """That somebody asks for advice, why it can't be had, and how that ended."""

    __tablename__ = "advice_requests"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(index=True)
    topics: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    unmet: Mapped[str | None]
    urgent: Mapped[bool]
    asked_on: Mapped[date]
    ended: Mapped[str | None]
    ended_on: Mapped[date | None]
    recorded_by: Mapped[UUID]

"""Tables of advice, of brief advice, which names no person, and of explained rights.

Fields declared here appear in commands and views.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from services.legal.cases.case.models import CorrectableRecord, Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.casework.records import OfCase, WithId
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.events.envelope import new_id
from shared.reference import codes

#: The adviser knows the status. `unknown` is for services that ask the person how they were advised.
_KNOWN = codes("advice_status").parts[0].values


class Advice(WithId, OfCase, CorrectableRecord, Record):
    """Advice that was given, or why there was none: its day and topics, never its content."""

    __tablename__ = "advice"
    __table_args__ = (
        CheckConstraint("status in ('given', 'declined', 'unavailable', 'could_not_wait')", name="status"),
    )

    phase: Mapped[str] = declared_column(
        Code(codes("advice_phase")), FieldClass.BASIC, "Where on the path the person was."
    )
    status: Mapped[str] = declared_column(
        Code(_KNOWN, of="advice_status"), FieldClass.BASIC, "Whether there was advice, or why there was none."
    )
    topics: Mapped[list[str]] = declared_column(
        Codes(codes("advice_topic")), FieldClass.PRIVILEGED, "The topic of the advice, never its content."
    )
    funding: Mapped[str] = declared_column(Code(codes("advice_funding")), FieldClass.PRIVILEGED, "The payer.")
    language: Mapped[str] = declared_column(
        Code(codes("language")), FieldClass.PRIVILEGED, "The language in which it was given.", example="ro"
    )
    interpreter: Mapped[bool] = declared_column(Flag(), FieldClass.PRIVILEGED, "Whether an interpreter was there.")
    format: Mapped[str | None] = declared_column(
        nullable(Code(codes("advice_format"))),
        FieldClass.PRIVILEGED,
        "How it was given; null: that was not kept yet.",
    )
    given_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day of the advice, today by default.")
    #: Null for records of earlier releases.
    recorded_by: Mapped[UUID | None]


class FollowUp(WithId, OfCase, Record):
    """A task after advice, and the day on which it was done."""

    __tablename__ = "advice_follow_ups"

    advice: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The advice that it follows.")
    kind: Mapped[str] = declared_column(Code(codes("advice_follow_up")), FieldClass.PRIVILEGED, "The task.")
    due_on: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day by which.")
    done_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which it was done, today by default."
    )
    recorded_by: Mapped[UUID]


class AdviceRequest(WithId, OfCase, Record):
    """A request for advice that is not available now, the reason, and how the request ended."""

    __tablename__ = "advice_requests"

    topics: Mapped[list[str]] = declared_column(
        Codes(codes("advice_topic")), FieldClass.PRIVILEGED, "The topic of the advice, never its content."
    )
    unmet: Mapped[str | None] = declared_column(
        nullable(Code(codes("advice_unmet_reason"))),
        FieldClass.PRIVILEGED,
        "Why it could not be met; null: it may be yet.",
    )
    urgent: Mapped[bool] = declared_column(Flag(), FieldClass.BASIC, "Whether it can't wait.", example=False)
    asked_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day on which the person asked, today by default."
    )
    ended: Mapped[str | None] = declared_column(
        nullable(Code(codes("advice_request_end"))), FieldClass.BASIC, "How it ended."
    )
    ended_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.BASIC, "The day on which it ended, today by default."
    )
    recorded_by: Mapped[UUID]


class BriefAdvice(Record):
    """Advice to a person without a case, or why there was none: its topics, never its content or the person."""

    __tablename__ = "brief_advice"

    id: Mapped[UUID] = declared_column(Reference(), None, "The record of it.", primary_key=True, default=new_id)
    agency: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The agency that gave it, and sees it; null: not known, all see it.", index=True
    )
    phase: Mapped[str] = declared_column(
        Code(codes("advice_phase")), None, "Where on the path the person was, as far as they said."
    )
    status: Mapped[str] = declared_column(
        Code(_KNOWN, of="advice_status"), None, "Whether there was advice, or why there was none."
    )
    topics: Mapped[list[str]] = declared_column(Codes(codes("advice_topic")), None, "The topic, never the content.")
    funding: Mapped[str] = declared_column(Code(codes("advice_funding")), None, "The payer.")
    language: Mapped[str] = declared_column(
        Code(codes("language")), None, "The language in which it was given.", example="ro"
    )
    interpreter: Mapped[bool] = declared_column(Flag(), None, "Whether an interpreter was there.")
    format: Mapped[str] = declared_column(Code(codes("advice_format")), None, "How it was given.")
    given_on: Mapped[date] = declared_column(Day(), None, "The day of it, today by default.")


class RightExplained(WithId, OfCase, Record):
    """One explanation of a right. Each further explanation is a separate row."""

    __tablename__ = "rights_explained"

    code: Mapped[str] = declared_column(Code(codes("victim_right")), FieldClass.BASIC, "The right.")
    explained_on: Mapped[date] = declared_column(
        Day(), FieldClass.BASIC, "The day on which it was explained, today by default."
    )
    language: Mapped[str] = declared_column(
        Code(codes("language")), FieldClass.PRIVILEGED, "In which language.", example="ro"
    )
    format: Mapped[str] = declared_column(Code(codes("advice_format")), FieldClass.PRIVILEGED, "How.")
    understood: Mapped[str] = declared_column(
        Code(codes("understood")), FieldClass.PRIVILEGED, "Whether the person understood it."
    )
    recorded_by: Mapped[UUID]

"""Tables of detections (signs of exploitation), accounts, and counts and return codes of the self-check."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import OfCase, Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Count, Day, Flag, Moment, PartialDay, Reference
from shared.events.envelope import new_id
from shared.reference import codes, indicator_set


class Detection(OfCase, Record):
    """Signs of exploitation that were seen on a day."""

    __tablename__ = "detections"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The record of the signs.", primary_key=True, default=new_id
    )
    indicators: Mapped[list[str]] = declared_column(
        Codes(codes("ilo_forced_labour_indicator")), FieldClass.ACCOUNT, "The ILO's indicators of forced labour seen."
    )
    operational: Mapped[list[str]] = declared_column(
        Codes(tuple(indicator_set("delphi_labour_adults"))),
        FieldClass.ACCOUNT,
        "The operational indicators seen; they only explain.",
    )
    strength: Mapped[str] = declared_column(
        Code(codes("indicator_strength")),
        FieldClass.ACCOUNT,
        "How strong the signs are. It orders work, and decides nothing.",
    )
    exploitation_types: Mapped[list[str]] = declared_column(
        Codes(codes("exploitation_type")), FieldClass.ACCOUNT, "The forms of exploitation."
    )
    means_of_control: Mapped[list[str]] = declared_column(
        Codes(codes("means_of_control")), FieldClass.ACCOUNT, "How the person was controlled."
    )
    sectors: Mapped[list[str]] = declared_column(
        Codes(codes("labour_industry")), FieldClass.ACCOUNT, "Where the person worked."
    )
    detector: Mapped[str] = declared_column(
        Code(codes("referral_source")), FieldClass.ACCOUNT, "The source of the detection."
    )
    earliest_incident_on: Mapped[str | None] = declared_column(
        nullable(PartialDay()), FieldClass.ACCOUNT, "When it began, as far as is known.", example="2025-06"
    )
    work_ended_on: Mapped[str | None] = declared_column(
        nullable(PartialDay()), FieldClass.ACCOUNT, "When the work ended, as far as is known."
    )
    detected_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which the signs were seen, today by default."
    )
    last_incident_on: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.ACCOUNT,
        "When it happened last, as far as is known; null: not asked.",
        example="2026-01",
    )
    exploitation_ended_on: Mapped[str | None] = declared_column(
        nullable(Moment()), FieldClass.ACCOUNT, "When the exploitation ended; null: not asked.", example="unknown"
    )
    crime_reported_on: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.ACCOUNT,
        "When the crime was first reported; null: not asked.",
        example="2026-02-03",
    )
    #: Null for records from before it was asked.
    happened: Mapped[str | None] = declared_column(
        nullable(Moment()),
        FieldClass.ACCOUNT,
        "When the signs were seen, as exactly as is known.",
        example="2026-03-02",
    )
    learnt: Mapped[str | None] = declared_column(
        nullable(Moment()), FieldClass.ACCOUNT, "When that was heard of here, to the instant or the day."
    )
    corrected_on: Mapped[date | None] = declared_column(
        nullable(Day()), FieldClass.ACCOUNT, "The day on which it was taken back; it counts no more."
    )
    corrected_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("fact_correction_reason"))), FieldClass.ACCOUNT, "Why it was taken back."
    )


class Account(OfCase, RecordedFact, Record):
    """An account that a person gave, and the reason why they were asked again. Its content is never stored."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = declared_column(
        Reference(), FieldClass.ACCOUNT, "The account.", primary_key=True, default=new_id
    )
    times: Mapped[int] = declared_column(
        Count(), FieldClass.ACCOUNT, "How often the person has given one, this time included.", example=1
    )
    elsewhere: Mapped[bool] = declared_column(
        Flag(), FieldClass.ACCOUNT, "Whether it was given to another organisation."
    )
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("account_reason"))), FieldClass.ACCOUNT, "Why the person was asked once more."
    )
    given_on: Mapped[date] = declared_column(
        Day(), FieldClass.ACCOUNT, "The day on which it was given, today by default."
    )


Index("accounts_alike_index", Account.case_id, postgresql_where=Account.alike.is_not(None))


class SelfCheckCount(Record):
    """The number of self-checks in a month and a language, without answers and visitors."""

    __tablename__ = "self_check_counts"

    month: Mapped[date] = mapped_column(primary_key=True)
    language: Mapped[str] = declared_column(
        Code(codes("language")),
        None,
        "The language in which the questions were read.",
        example="ro",
        primary_key=True,
    )
    completed: Mapped[int]
    urgent: Mapped[int]
    return_codes: Mapped[int]


class ReturnCode(Record):
    """The keyed fingerprint of a return code. No other record refers to it."""

    __tablename__ = "return_codes"

    fingerprint: Mapped[str] = mapped_column(primary_key=True)
    issued_on: Mapped[date] = mapped_column(index=True)

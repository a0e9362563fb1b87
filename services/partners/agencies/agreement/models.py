"""The table of agreements. The state of an agreement follows from its last step and its days."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Day, Instant, Reference
from shared.reference import codes


class AgreementRecord(Record):
    """A data-sharing agreement with an agency."""

    __tablename__ = "agreements"

    id: Mapped[UUID] = declared_column(Reference(), None, "The agreement.", primary_key=True)
    version: Mapped[int] = mapped_column(default=1, comment="counts the changes; the ETag")
    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency that it is with, by its id in the register.", index=True
    )
    purposes: Mapped[list[str]] = declared_column(
        Codes(codes("consent_purpose")), None, "What for.", example=["referral_for_support"]
    )
    data_categories: Mapped[list[str]] = declared_column(
        Codes(codes("data_category")),
        None,
        "The data categories that the agency can receive.",
        example=["contact_safe", "health"],
    )
    jurisdictions: Mapped[list[str]] = declared_column(
        Codes(codes("jurisdiction")), None, "Of cases under whose law.", example=["NL"]
    )
    first_day: Mapped[date] = declared_column(Day(), None, "The first day on which it counts.", example="2026-03-02")
    last_day: Mapped[date] = declared_column(
        Day(), None, "The last valid day. Then it ends automatically.", example="2027-03-01"
    )
    reference: Mapped[bytes] = mapped_column(LargeBinary, comment="where the signed paper is filed; sealed")
    step: Mapped[str] = mapped_column(comment="as the last step left it: proposed, agreed, suspended, resuming, ended")
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("agreement_end_reason"))), None, "Why it is suspended or was ended; null: it is not."
    )
    since: Mapped[datetime] = declared_column(Instant(), None, "When the last step was taken.")
    recorded_by: Mapped[UUID] = declared_column(Reference(), None, "Who recorded it.", staff=True)
    recorded_at: Mapped[datetime] = declared_column(Instant(), None, "When it was recorded.")
    asked_by: Mapped[UUID] = declared_column(
        Reference(),
        None,
        "The officer who recorded it or last asked to resume it. Another person confirms it.",
        staff=True,
    )
    asked_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = declared_column(
        nullable(Reference()), None, "The second person; null: not confirmed yet.", staff=True
    )
    confirmed_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When the second person confirmed it; null: not confirmed yet."
    )
    reminded_days: Mapped[int | None] = mapped_column(
        SmallInteger, comment="the days before its end of the last reminder; null: none yet"
    )
    ended_on: Mapped[date | None] = mapped_column(comment="null unless it was ended before its last day")

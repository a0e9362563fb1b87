"""Tables of referrals and their packages."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.case.models import Record, RecordedFact
from shared.events.envelope import new_id


class ReferralIn(RecordedFact, Record):
    """A referral that another agency made to us. Several may lead to one person."""

    __tablename__ = "referrals_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    agency_type: Mapped[str]
    reason: Mapped[str]
    service_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    urgent: Mapped[bool | None]
    received_on: Mapped[date]


class Referral(RecordedFact, Record):
    """A referral to another agency, and where it stands.

    `reply_by_at`: the instant, where an answer is asked for by one; `reply_by` is its day then. `held_because`: the
    rule by which it waits since `held_on`, and has gone to nobody. `came_back_on`: the day on which it came back.
    """

    __tablename__ = "referrals"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    state: Mapped[str]
    agency: Mapped[UUID]
    purpose: Mapped[str]
    service_types: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    data_categories: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    urgent: Mapped[bool | None]
    reply_by: Mapped[date]
    reply_by_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    held_because: Mapped[str | None]
    held_on: Mapped[date | None]
    sent_on: Mapped[date | None]
    made_by: Mapped[UUID]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    reason: Mapped[str | None]
    outcome: Mapped[str | None]
    returned_to: Mapped[UUID | None]
    came_back_on: Mapped[date | None]

    __table_args__ = (
        Index("referrals_returned_to_index", "returned_to"),
        Index(
            "referrals_waiting_index",
            "case_id",
            "reply_by",
            postgresql_where="state in ('sent', 'received', 'information_requested', 'wait_listed')",
        ),
        Index("referrals_held_index", "case_id", "held_on", postgresql_where="state = 'held'"),
    )


class ReferralStep(RecordedFact, Record):
    """What was done to a referral, or said of it by its agency, and what that came to.

    `referral_id` is null of an answer to a referral that is not recorded yet. Without a foreign key: a draft may go to
    another case. `number` is its place among the steps of the case, in the order in which they were recorded.
    """

    __tablename__ = "referral_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    referral_id: Mapped[UUID | None] = mapped_column(index=True)
    number: Mapped[int]
    agency: Mapped[UUID]
    step: Mapped[str]
    reply_by: Mapped[date | None]
    reply_by_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None]
    outcome: Mapped[str | None]
    conditions: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    effect: Mapped[str]
    report: Mapped[UUID | None] = mapped_column(comment="in which its agency said so itself; null: staff recorded it")


class ReferralPackage(Record):
    """What goes along with a referral: a sealed JSON document per category of data, and what went, as it went.

    Without a foreign key to the referral: a draft may go to another case, and its package is sealed anew then.
    """

    __tablename__ = "referral_packages"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    identity: Mapped[bytes | None]
    account: Mapped[bytes | None]
    third_parties: Mapped[bytes | None]
    children: Mapped[bytes | None]
    health: Mapped[bytes | None]
    contact_safe: Mapped[bytes | None]
    went: Mapped[bytes | None]
    sent_on: Mapped[date | None]


Index("referrals_alike_index", Referral.case_id, postgresql_where=Referral.alike.is_not(None))
Index("referrals_in_alike_index", ReferralIn.case_id, postgresql_where=ReferralIn.alike.is_not(None))

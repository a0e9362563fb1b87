"""Tables of referrals and their packages. Fields declared here appear in commands and views."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.agencies.referral import rules
from services.intake.facts.case.models import OfCase, Record, RecordedFact
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.events.envelope import new_id
from shared.reference import codes

_ACCOUNT = FieldClass.ACCOUNT


class ReferralIn(OfCase, RecordedFact, Record):
    """A referral that another agency made to us. Several referrals may lead to one person."""

    __tablename__ = "referrals_in"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The referral.", primary_key=True, default=new_id)
    agency_type: Mapped[str] = declared_column(
        Code(codes("org_type")), _ACCOUNT, "The type of the agency that referred the person to us."
    )
    reason: Mapped[str] = declared_column(Code(codes("referral_reason")), _ACCOUNT, "The reason for the referral.")
    service_types: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), _ACCOUNT, "The services that are asked for."
    )
    urgent: Mapped[bool | None] = declared_column(nullable(Flag()), _ACCOUNT, "Whether it can't wait.")
    received_on: Mapped[date] = declared_column(Day(), _ACCOUNT, "The day on which it reached us, today by default.")


class Referral(OfCase, RecordedFact, Record):
    """A referral to another agency, and its state."""

    __tablename__ = "referrals"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The referral.", primary_key=True, default=new_id)
    state: Mapped[str] = declared_column(Code(rules.STATES), _ACCOUNT, "Where it stands.", example=rules.DRAFT)
    agency: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The agency, by its id in the register.", party=True)
    purpose: Mapped[str] = declared_column(Code(codes("consent_purpose")), _ACCOUNT, "What for.")
    service_types: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), _ACCOUNT, "The services that are asked for."
    )
    data_categories: Mapped[list[str]] = declared_column(Codes(codes("data_category")), _ACCOUNT, "What goes along.")
    urgent: Mapped[bool | None] = declared_column(nullable(Flag()), _ACCOUNT, "Whether it can't wait.")
    reply_by: Mapped[date] = declared_column(
        Day(), _ACCOUNT, "The day until which an answer is asked for.", example="2026-12-01"
    )
    #: If the answer is requested by an instant, `reply_by` is its day.
    reply_by_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _ACCOUNT, "The instant by which an answer is asked for; null: by the end of the day."
    )
    #: The rule because of which it is held since `held_on`, and no agency has received it.
    held_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("referral_held_because"))),
        _ACCOUNT,
        "Why the referral was made but not sent; null if it was sent, or is a draft.",
    )
    held_on: Mapped[date | None] = declared_column(nullable(Day()), _ACCOUNT, "The day since which it has been held.")
    sent_on: Mapped[date | None] = declared_column(nullable(Day()), _ACCOUNT, "The day on which it was sent.")
    made_by: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The staff member who drafted it.", author=True)
    conditions: Mapped[list[str]] = declared_column(
        Codes(codes("referral_condition")), _ACCOUNT, "On which the agency takes it.", default=list
    )
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("rejection_reason"))), _ACCOUNT, "Why the agency does not take it."
    )
    outcome: Mapped[str | None] = declared_column(nullable(Code(codes("referral_outcome"))), _ACCOUNT, "The outcome.")
    returned_to: Mapped[UUID | None] = declared_column(
        nullable(Reference()), _ACCOUNT, "The staff member who gets it back.", staff=True
    )
    came_back_on: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The day on which it returned; null if it has not."
    )

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


class ReferralStep(OfCase, RecordedFact, Record):
    """A step of a referral: an action on it or an answer of its agency, and the effect."""

    __tablename__ = "referral_steps"

    id: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The step.", primary_key=True, default=new_id)
    #: Without a foreign key, because a draft may be moved to another case.
    referral_id: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        _ACCOUNT,
        "The referral; null for an answer to a referral that is not recorded yet.",
        index=True,
    )
    number: Mapped[int] = declared_column(
        Count(), _ACCOUNT, "Its number among the case's steps, in the order of recording.", example=1
    )
    agency: Mapped[UUID] = declared_column(Reference(), _ACCOUNT, "The agency, by its id in the register.", party=True)
    step: Mapped[str] = declared_column(
        Code((*codes("referral_step").parts[0].values, "expire")), _ACCOUNT, "The kind of step."
    )
    reply_by: Mapped[date | None] = declared_column(
        nullable(Day()), _ACCOUNT, "The day until which an answer is asked for.", example="2026-12-01"
    )
    reply_by_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), _ACCOUNT, "The instant by which an answer is asked for; null: by the end of the day."
    )
    reason: Mapped[str | None] = declared_column(
        nullable(Code(codes("rejection_reason"))), _ACCOUNT, "Why the agency does not take it."
    )
    outcome: Mapped[str | None] = declared_column(nullable(Code(codes("referral_outcome"))), _ACCOUNT, "The outcome.")
    conditions: Mapped[list[str]] = declared_column(
        Codes(codes("referral_condition")), _ACCOUNT, "On which the agency takes it.", default=list
    )
    effect: Mapped[str] = declared_column(Code(codes("referral_step_effect")), _ACCOUNT, "The effect of the step.")
    report: Mapped[UUID | None] = declared_column(
        nullable(Reference()),
        _ACCOUNT,
        "The report in which the agency stated it; null if staff recorded it.",
    )


class ReferralPackage(OfCase, Record):
    """The package of a referral: a sealed JSON document for each data category, and a sealed copy of the sent package.

    It has no foreign key to the referral, because a draft may be moved to another case. Its package is then sealed with
    the key of that case.
    """

    __tablename__ = "referral_packages"

    referral_id: Mapped[UUID] = mapped_column(primary_key=True)
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

"""Tables of agencies' reports: the result of each report, and the progress of agencies' services.

Fields declared here appear in views.

Also: the table of offered referrals, by the ids of agencies' reports.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Day, Flag, Instant, Reference
from shared.reference import codes


class SettledReport(Record):
    """The result of an agency's report. A repeated report gets the same result.

    Only the event shows it.
    """

    __tablename__ = "settled_reports"

    id: Mapped[UUID] = declared_column(Reference(), None, "The report.", primary_key=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    agency: Mapped[UUID] = declared_column(Reference(), None, "The agency that reported it.")
    outcome: Mapped[str] = declared_column(
        Code(codes("agency_report_state")), None, "Whether it was recorded (`taken`) or not (`refused`)."
    )
    refusal: Mapped[str | None] = declared_column(
        nullable(Code(codes("agency_report_refusal"))), None, "Why it was not; null: it was."
    )
    effect: Mapped[str | None] = declared_column(
        nullable(Code(codes("referral_step_effect"))), None, "For an answer to a referral: the outcome; else null."
    )


class ServiceProgress(Record):
    """The progress of an agency's service, as the agency reported it.

    Views show the columns without a declaration by the declarations of referrals, consents and recorded facts.
    """

    __tablename__ = "service_progress"

    id: Mapped[UUID] = declared_column(Reference(), FieldClass.ACCOUNT, "The agency's report.", primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), index=True)
    referral_id: Mapped[UUID]
    agency: Mapped[UUID]
    service_type: Mapped[str] = declared_column(
        Code(codes("service_type")), FieldClass.ACCOUNT, "With what the agency helps."
    )
    progress: Mapped[str] = declared_column(Code(codes("service_progress")), FieldClass.ACCOUNT, "How far that is.")
    happened: Mapped[str]
    recorded_at: Mapped[datetime]


class Offer(Record):
    """A referral that an agency offers. Declining it deletes its data about the person."""

    __tablename__ = "offered_referrals"

    id: Mapped[UUID] = declared_column(
        Reference(), None, "The offered referral, by the agency's own id for it.", primary_key=True
    )
    version: Mapped[int] = mapped_column(default=1)
    #: Null until it is accepted.
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    agency: Mapped[UUID] = declared_column(
        Reference(), None, "The agency that offers it. The register contains its contact for a call back."
    )
    #: Shown with the declaration of a case's.
    jurisdiction: Mapped[str]
    referred_because: Mapped[str | None] = declared_column(
        nullable(Code(codes("referral_reason"))), None, "The reason for the offer; null after it was declined."
    )
    service_types: Mapped[list[str]] = declared_column(
        Codes(codes("service_type")), None, "The services that are asked for."
    )
    urgent: Mapped[bool] = declared_column(Flag(), None, "Whether it can't wait.")
    language: Mapped[str | None] = declared_column(
        nullable(Code(codes("language"))), None, "The language to speak with the person.", example="ro"
    )
    age: Mapped[str | None] = declared_column(
        nullable(Code(codes("age"))), None, "Whether the person is of age, as far as is known."
    )
    details_agreed: Mapped[bool] = declared_column(
        Flag(), None, "Whether the person agreed that the agency tells us who they are, once we call it back."
    )
    offered_at: Mapped[datetime] = declared_column(Instant(), None, "When the agency offered it.")
    due_on: Mapped[date] = declared_column(Day(), None, "The day by which staff must decide on it.")
    state: Mapped[str] = declared_column(
        Code(codes("agency_report_state")), None, "The state of the offer.", example="waiting"
    )
    asked: Mapped[list[str]] = declared_column(
        Codes(codes("referral_in_question")),
        None,
        "The question to the agency before the decision.",
        default=list,
    )
    reason: Mapped[str | None] = declared_column(nullable(Code(codes("rejection_reason"))), None, "Why it is declined.")
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]


Index("offered_referrals_open_index", Offer.due_on, Offer.id, postgresql_where="state in ('waiting', 'asked')")

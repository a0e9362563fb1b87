"""The table of agencies' reports, in codes only, with the result of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agencies.agency.models import Record
from services.partners.channels.report import rules
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.events.contract import Code, Codes, Instant
from shared.reference import codes


class AgencyReport(Record):
    """A report of an agency. Its id is the real id behind the agency's own id for it."""

    __tablename__ = "agency_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID]
    kind: Mapped[str] = declared_column(
        Code(codes("agency_report_kind")), None, "The kind of report.", example=rules.REFERRAL_ANSWER
    )
    about: Mapped[UUID | None] = mapped_column(comment="our referral, the consent, or the referral that it adds to")
    case_id: Mapped[UUID | None] = mapped_column(index=True, comment="null of a referral until it was accepted")
    as_sent: Mapped[dict[str, object]] = mapped_column(JSONB, comment="in codes, days and times")
    made_with: Mapped[UUID] = mapped_column(comment="the agency's key")
    made_at: Mapped[datetime] = declared_column(Instant(), None, "When it reached the door.")
    state: Mapped[str] = declared_column(Code(codes("agency_report_state")), None, "Where it stands.")
    reason: Mapped[str | None] = declared_column(
        nullable(Code()),
        None,
        "Why it was declined (`rejection_reason`), or refused (`agency_report_refusal`).",
        example=None,
    )
    effect: Mapped[str | None] = declared_column(
        nullable(Code(codes("referral_step_effect"))), None, "For an answer to a referral: the outcome."
    )
    asked: Mapped[list[str]] = declared_column(
        Codes(codes("referral_in_question")),
        None,
        "Our question before the decision.",
        ARRAY(TEXT),
        example=["consent"],
        default=list,
    )
    settled_at: Mapped[datetime | None] = declared_column(
        nullable(Instant()), None, "When it was decided on; null: it waits."
    )


class OwedAnswer(Record):
    """A withdrawn consent of an erased person that its agency can still answer. It names no case, and expires."""

    __tablename__ = "owed_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, comment="the consent")
    agency: Mapped[UUID]
    request: Mapped[UUID] = mapped_column(comment="the request for erasure")
    since: Mapped[datetime] = mapped_column(server_default=func.now(), index=True, comment="real time")


Index("agency_reports_agency_index", AgencyReport.agency, AgencyReport.made_at, AgencyReport.id)
Index("agency_reports_about_index", AgencyReport.about)

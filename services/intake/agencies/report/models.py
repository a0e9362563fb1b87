"""Tables of agencies' reports: the result of each report, and the progress of agencies' services.

What is declared here can be shown.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.intake.facts.case.models import Record
from shared.access.columns import declared_column
from shared.access.declarations import nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Reference
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
        nullable(Code(codes("referral_step_effect"))), None, "Of an answer to a referral: what it came to; else null."
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

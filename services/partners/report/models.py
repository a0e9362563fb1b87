"""Reports as they were made, by codes alone, and what became of each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from services.partners.agency.models import Record


class AgencyReport(Record):
    """A report of an agency. Its id is what the agency's own id for it stands for."""

    __tablename__ = "agency_reports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agency: Mapped[UUID]
    kind: Mapped[str]
    about: Mapped[UUID | None] = mapped_column(comment="our referral, the consent, or the referral that it adds to")
    case_id: Mapped[UUID | None] = mapped_column(index=True, comment="null of a referral until it was accepted")
    as_sent: Mapped[dict[str, object]] = mapped_column(JSONB, comment="in codes, days and times")
    made_with: Mapped[UUID] = mapped_column(comment="the agency's key")
    made_at: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str | None] = mapped_column(comment="why it was declined or refused")
    effect: Mapped[str | None] = mapped_column(comment="of an answer to a referral: what it came to")
    asked: Mapped[list[str]] = mapped_column(ARRAY(TEXT), default=list)
    settled_at: Mapped[datetime | None]


Index("agency_reports_agency_index", AgencyReport.agency, AgencyReport.made_at, AgencyReport.id)
Index("agency_reports_about_index", AgencyReport.about)

"""A person is erased: what agencies reported of them goes too, also what was reported before there was a case."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.agency.models import Record
from services.partners.report.models import AgencyReport
from services.partners.stream import actions as streams
from shared.privacy import erasure


def erase(session: Session, case: UUID) -> None:
    """Delete what is held of a case, and of each report about it: each is a subject of its own in the streams."""
    reports = session.scalars(select(AgencyReport.id).where(AgencyReport.case_id == case)).all()
    streams.erase(session, case)
    for report in sorted(reports):
        erasure.begin(session, report, None, _erase_report)


def _erase_report(session: Session, report: UUID) -> None:
    erasure.delete_own(session, Record.metadata.sorted_tables, report)

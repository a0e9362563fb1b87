"""Erase a person's reports when the person is erased, including those from before there was a case."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Record
from services.partners.channels.report.models import AgencyReport, OwedAnswer
from services.partners.streams.ground.models import Party
from services.partners.streams.stream.actions import erasing
from shared.access import case_restrictions
from shared.events.contract import Received
from shared.privacy import erasure
from shared.store.statements import rows_into


def erase(session: Session, case: UUID) -> None:
    """Delete the data of a case, and of each report about it: each report is a separate subject in the streams."""
    reports = _reports(session, case)
    _keep_owed(session, case)
    erasing.erase(session, case)
    _erase(session, reports)


# control: H-AGENCY-7 answer-after-final-erasure
def _keep_owed(session: Session, case: UUID) -> None:
    """Keep, without the case, which withdrawn consents agencies can still answer, and the request for erasure."""
    requests = [each.id for each in case_restrictions.of_cases(session, [case]) if each.carried_from is None]
    if not requests:
        return  # erased again after a restore: the answer would reach nobody
    withdrawn = select(Party.id, Party.agency).where(Party.case_id == case, Party.is_withdrawn).order_by(Party.id)
    rows = [{"id": row.id, "agency": row.agency, "request": requests[-1]} for row in session.execute(withdrawn)]
    if rows:
        session.execute(rows_into(OwedAnswer, rows).on_conflict_do_nothing())


def erase_held(session: Session, received: Received) -> None:
    """Delete the reports about a case, also under a legal hold: the case records what matters of them."""
    case = received.subject
    _erase(session, _reports(session, case))
    erasure.delete_own(session, [Record.metadata.tables[AgencyReport.__tablename__]], case)


def _reports(session: Session, case: UUID) -> list[UUID]:
    return sorted(session.scalars(select(AgencyReport.id).where(AgencyReport.case_id == case)))


def _erase(session: Session, reports: list[UUID]) -> None:
    for report in reports:
        erasure.begin(session, report, None, _erase_report)


def _erase_report(session: Session, report: UUID) -> None:
    erasure.delete_own(session, Record.metadata.sorted_tables, report)

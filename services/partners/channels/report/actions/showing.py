"""Reports as their agency sees them, with its own pseudonyms."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from services.partners.agencies.agency.actions.locking import own_agency
from services.partners.channels.report.models import AgencyReport
from services.partners.channels.report.schemas import ShownReport
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.pseudonym.rules import Pseudonyms
from shared.access import views
from shared.access.permissions import existing
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.http import Reply
from shared.http.paging import read_page


def mine(session: Session, agency: UUID, named: UUID, *, lock: bool = False) -> AgencyReport | None:
    """Return the report with this id of an agency, under any of its keys; None if there is none."""
    for names in pseudonyms.every(session, agency):
        report = session.get(AgencyReport, names.real(named), with_for_update=True if lock else None)
        if report is not None and report.agency == agency:
            return report
    return None


def shown(session: Session, named: UUID, *, by: Principal) -> Shown:
    """Return one report of the calling agency. Raises `NotFound`."""
    agency = own_agency(by)
    report = existing(mine(session, agency, named))
    return _shown(report, pseudonyms.of_agency(session, agency, report.made_at))


def show_report(session: Session, report: UUID, *, by: Principal) -> Reply:
    """Show where a report stands, by the agency's own id for it.

    Raises `NotFound`.
    """
    return Reply(shown(session, report, by=by), about=by.agency)


def list_reports(session: Session, query: Mapping[str, str], state: str | None, *, by: Principal) -> Reply:
    """List what the agency has reported, the latest first, and where each stands.

    Raises `Refused`.
    """
    after, limit = read_page(query, partial(_place, session, by=by))
    agency = own_agency(by)
    reports = select(AgencyReport).where(AgencyReport.agency == agency)
    if state is not None:
        reports = reports.where(AgencyReport.state == state)
    if after is not None:
        reports = reports.where(tuple_(AgencyReport.made_at, AgencyReport.id) < tuple_(*after))
    latest = reports.order_by(AgencyReport.made_at.desc(), AgencyReport.id.desc()).limit(limit + 1)
    rows = session.scalars(latest).all()
    if not rows:
        return Reply({"reports": [], "next": None}, about=agency)
    names = pseudonyms.of_agency(session, agency, rows[0].made_at)
    last = rows[limit - 1] if len(rows) > limit else None
    # The id is the agency's pseudonym: the real one never leaves the service.
    following = None if last is None else f"{last.made_at.isoformat()}~{names.of(last.id)}"
    return Reply({"reports": [_shown(row, names) for row in rows[:limit]], "next": following}, about=agency)


def _place(session: Session, text: str, *, by: Principal) -> tuple[datetime, UUID]:
    """Return the place of a page cursor. Raises `ValueError`."""
    made_at, _, named = text.partition("~")
    agency, read = own_agency(by), datetime.fromisoformat(made_at)
    return read, pseudonyms.of_agency(session, agency, read).real(UUID(named))


def _shown(report: AgencyReport, names: Pseudonyms) -> Shown:
    about = None if report.about is None else names.of(report.about)
    return views.shown(report, ShownReport, id=names.of(report.id), about=about)

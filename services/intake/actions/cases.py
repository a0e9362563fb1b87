"""Opening, closing and reopening a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.outreach import held_on
from services.intake.actions.referrals import states_of
from services.intake.actions.team import add_member
from services.intake.actions.today import local_today
from services.intake.models import Case, bump
from services.intake.rules import outreach
from services.intake.rules.referrals import nothing_under_way
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record


def open_case(session: Session, now: datetime, opened_by: UUID, role: str, body: dict[str, Any]) -> Case:
    """Open a contact, and with it a case, led by the member who opens it."""
    today = local_today(body["jurisdiction"], now)
    body.setdefault("opened_on", today)
    rules.not_in_future("opened_on", body["opened_on"], today)
    needs, met_in = body.pop("urgent_needs"), body.pop("outreach_session")
    if met_in is not None:
        outreach.traced(held_on(session, met_in), body["opened_on"])
    case = Case(status=rules.OPEN, outreach_session=met_in, **body)
    session.add(case)
    session.flush()
    record(session, case.id, [Announcement("contact.opened", {**body, "urgent_needs": needs})])
    add_member(session, case.id, opened_by, role, lead=True)
    return case


def close_case(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Close a case; return its new version. Its clocks go on: a legal period does not end with our work."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    closed_on = body.get("closed_on", today)
    announcement = rules.close(case.status, closed_on, case.reopened_on or case.opened_on, today)
    nothing_under_way(states_of(session, case_id))
    case.status, case.closed_on, case.closure_reason = rules.CLOSED, closed_on, body["reason"]
    version = bump(session, case_id)
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, "reason": body["reason"]})])
    return version


def reopen_case(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> int:
    """Reopen a closed case, with all its records; return its new version. The closing stays in the log."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    reopened_on = body.get("reopened_on", today)
    announcement = rules.reopen(case.status, reopened_on, case.closed_on, today)
    case.status, case.closed_on, case.closure_reason, case.reopened_on = rules.OPEN, None, None, reopened_on
    version = bump(session, case_id)
    record(session, case_id, [Announcement(announcement.name, {**announcement.data, "reason": body["reason"]})])
    return version

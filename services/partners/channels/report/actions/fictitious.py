"""Settle a sandbox's reports at once as if they had been accepted: they are fictitious and reach no service."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.partners.channels.report import rules
from services.partners.channels.report.models import AgencyReport
from services.partners.streams.stream.actions import telling


def settle(session: Session, report: AgencyReport, now: datetime) -> None:
    """Store that a sandbox's report was accepted, and put the usual event about it into its stream."""
    report.settled_at = now
    if report.kind == rules.REFERRAL:
        report.state, name = rules.ACCEPTED, "referral_in.accepted"
        data: dict[str, object] = {"referral": str(report.id)}
    else:
        report.state, name = rules.TAKEN, "report.settled"
        data = {"report": str(report.id), "outcome": rules.TAKEN}
    telling.tell_fictitious(
        session, report.agency, report.id, "intake", name, 1, {**data, "agency": str(report.agency)}
    )

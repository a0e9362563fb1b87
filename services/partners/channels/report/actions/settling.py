"""Store the results of reports, as intake publishes them, and withdrawals that were forwarded to an agency."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Record
from services.partners.channels.report import events, rules
from services.partners.channels.report.actions.erasing import erase_held
from services.partners.channels.report.models import AgencyReport, OwedAnswer
from services.partners.streams.ground import actions as grounds
from services.partners.streams.stream.actions.placing import was_told
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.events.outside import outside_type
from shared.exchange.eventlog import record
from shared.exchange.follower import Reaction
from shared.privacy import erasure
from shared.runtime.expiry import Expiring


def settle(session: Session, received: Received) -> None:
    """Store whether a report about a case was recorded there."""
    report = _report(session, received.data["report"])
    if report is not None:
        report.state = received.data["outcome"]
        report.reason, report.effect = received.data["refusal"], received.data["effect"]
        report.settled_at = time_source.now(session)


def ask(session: Session, received: Received) -> None:
    """Store the questions that must be answered before a referral is decided."""
    report = _report(session, received.data["referral"])
    if report is not None:
        report.state, report.asked = rules.ASKED, list(received.data["asked"])


def accept(session: Session, received: Received) -> None:
    """Store that a referral was accepted."""
    _decided(session, received, rules.ACCEPTED)


def decline(session: Session, received: Received) -> None:
    """Store that a referral was declined, and delete its content, which is not needed further."""
    _decided(session, received, rules.DECLINED, received.data["reason"])
    forget(session, received.data["referral"])


def _decided(session: Session, received: Received, state: str, reason: str | None = None) -> None:
    report = _report(session, received.data["referral"])
    if report is not None:
        report.state, report.reason, report.asked = state, reason, []
        report.settled_at = time_source.now(session)


def of_case(session: Session, received: Received) -> None:
    """Store the case of a referral, so that both are erased together."""
    report = _report(session, received.data["referral"])
    if report is not None:
        report.case_id = received.subject


def forget(session: Session, referral: UUID) -> None:
    """Delete a referral's content, here and in the log; the fact that it was made remains."""
    report = _report(session, referral)
    if report is not None:
        report.as_sent = {}
    erasure.begin(session, referral, None, _keep_nothing)


def _keep_nothing(_session: Session, _subject: UUID) -> None:
    """Delete no rows: the only rows of such a subject record the result."""


def pass_on(session: Session, received: Received) -> None:
    """Publish that a withdrawal was forwarded to an agency that received events about the person: its answer is due."""
    event = received.event
    event_type = outside_type(event.source, event.name, event.version)
    agency = None if event_type is None else grounds.party_of(session, event_type.audience, event.data)
    consent = event.data.get("consent")
    if agency is None or consent is None:
        return
    if was_told(session, agency, received.subject, but=event.id):
        payload = {"consent": UUID(str(consent)), "agency": agency}
        record(session, received.subject, [Announcement(events.PASSED_ON.name, payload)])


def _report(session: Session, report: UUID) -> AgencyReport | None:
    return session.get(AgencyReport, report, with_for_update=True)


def _reaction(name: str, on: str, act: Callable[[Session, Received], None]) -> Reaction:
    return Reaction(name, f"{events.SOURCE}.{on}", act)


REACTIONS: Final = (
    _reaction("settle_report", "report.settled", settle),
    _reaction("ask_of_referral", "referral_in.asked", ask),
    _reaction("accept_referral", "referral_in.accepted", accept),
    _reaction("decline_referral", "referral_in.declined", decline),
    _reaction("connect_referral", "referral_in.recorded", of_case),
    _reaction("pass_withdrawal_on", "consent.withdrawn", pass_on),
    _reaction("erase_reports_of_held", erasure.HELD.name, erase_held),
)
_REPORTS: Final = Record.metadata.tables[AgencyReport.__tablename__]
_OWED: Final = Record.metadata.tables[OwedAnswer.__tablename__]
EXPIRING: Final = (
    # An accepted referral is kept as long as its case and erased with it.
    Expiring(_REPORTS, _REPORTS.c.settled_at, rules.KEPT_DAYS, _REPORTS.c.state == rules.ACCEPTED),
    # control: H-AGENCY-7 reference-expires
    Expiring(_OWED, _OWED.c.since, rules.OWED_DAYS),
)

"""Record agencies' reports once, by the same rules as for staff, or refuse them, and tell each agency the result.

The case of a report is found through its record, because the record can have moved to another case in the meantime.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions import answers
from services.intake.agencies.consent.models import Consent
from services.intake.agencies.consent.schemas import AnswerWithdrawal
from services.intake.agencies.referral.actions import referrals, steps
from services.intake.agencies.referral.models import Referral
from services.intake.agencies.referral.rules import StepDetails
from services.intake.agencies.report import events, rules
from services.intake.agencies.report.models import ServiceProgress, SettledReport
from services.intake.facts.case.actions import leads_of
from services.intake.facts.case.models import Case, bump, lock
from shared.access import case_restrictions
from shared.audit import notices
from shared.casework import times
from shared.casework.refusals import StepForbidden
from shared.deadlines import time_source
from shared.events.contract import Received
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.exchange.follower import Reaction
from shared.privacy import erasure

_Kept = TypeVar("_Kept", Referral, Consent)
#: Records a report in the case of its record. Returns its effect, if it has one besides being recorded.
_Record = Callable[[Session, Case, _Kept, Received, datetime], str | None]


def answer_referral(session: Session, received: Received) -> None:
    """Record an agency's answer to a referral."""
    _settle(session, received, Referral, received.data["referral"], _answered)


def answer_withdrawal(session: Session, received: Received) -> None:
    """Record what an agency did after a consent was withdrawn, also while the case is restricted."""
    _settle(session, received, Consent, received.data["consent"], _withdrawal_answered, while_restricted=True)


def report_progress(session: Session, received: Received) -> None:
    """Record the progress of the agency that accepted a referral."""
    _settle(session, received, Referral, received.data["referral"], _progressed)


def settle_late(session: Session, received: Received, *, is_known: bool) -> bool:
    """Settle an answer about an erased person, if the request for erasure is known. Return whether it is new."""
    report: UUID = received.data["report"]
    settled = session.get(SettledReport, report)
    if settled is None:
        outcome, refusal = (rules.TAKEN, None) if is_known else (rules.REFUSED, rules.UNKNOWN)
        # The report is its own subject: the case is gone.
        named = {"id": report, "agency": received.data["agency"], "case_id": report}
        new = SettledReport(**named, outcome=outcome, refusal=refusal, effect=None)
        session.add(new)
    _publish(session, settled or new)
    return settled is None and is_known


def await_answer(session: Session, received: Received) -> None:
    """Await the answer of an agency that received a withdrawal, and had received data of the person before."""
    consent = _held(session, Consent, received.data["consent"], received.data["agency"])
    if consent is not None:
        answers.await_answer(session, consent)


def _settle(
    session: Session,
    received: Received,
    kind: type[_Kept],
    about: UUID,
    do: "_Record[_Kept]",
    *,
    while_restricted: bool = False,
) -> None:
    """Record a report, unless it was settled before. Store and publish its result."""
    report: UUID = received.data["report"]
    settled = session.get(SettledReport, report)
    if settled is None:
        settled = _settled(session, received, kind, about, do, while_restricted=while_restricted)
        session.add(settled)
    _publish(session, settled)


def _publish(session: Session, settled: SettledReport) -> None:
    names = ("agency", "outcome", "refusal", "effect")
    payload = {"report": settled.id, **{name: getattr(settled, name) for name in names}}
    record(session, settled.id, [Announcement(events.SETTLED.name, payload)])


def _settled(
    session: Session,
    received: Received,
    kind: type[_Kept],
    about: UUID,
    do: "_Record[_Kept]",
    *,
    while_restricted: bool,
) -> SettledReport:
    agency: UUID = received.data["agency"]
    named = {"id": received.data["report"], "agency": agency, "case_id": received.subject}
    refused = {**named, "outcome": rules.REFUSED, "effect": None}
    own = _held(session, kind, about, agency)
    if own is None:
        return SettledReport(**refused, refusal=rules.UNKNOWN)
    named["case_id"] = refused["case_id"] = own.case_id
    if not while_restricted and case_restrictions.stands(session, own.case_id):
        return SettledReport(**refused, refusal=rules.NOT_NOW)
    case, now = session.get_one(Case, own.case_id), time_source.now(session)
    try:
        # A refusal rolls back only what was stored for this report.
        with session.begin_nested():
            effect = do(session, case, own, received, now)
    except StepForbidden as error:
        return SettledReport(**refused, refusal=rules.refusal_of(error))
    return SettledReport(**named, outcome=rules.TAKEN, refusal=None, effect=effect)


def _held(session: Session, kind: type[_Kept], about: UUID, agency: UUID) -> _Kept | None:
    """Return a record that concerns an agency, with its case locked; None if there is none for this agency."""
    own = session.get(kind, about)
    if own is None or own.agency != agency:
        return None
    lock(session, own.case_id)
    session.refresh(own)
    return own


def _answered(session: Session, case: Case, referral: Referral, received: Received, now: datetime) -> str:
    data = received.data
    when = times.stated(data["happened"], None, now, case.jurisdiction)
    asked = steps.asked_by(data["reply_by"] and data["reply_by"].isoformat(), case.jurisdiction)
    details = StepDetails(
        reply_by=asked.reply_by,
        reason=data["reason"],
        outcome=data["outcome"],
        conditions=data["conditions"],
    )
    step = referrals.answer_as_agency(session, case, referral, data["step"], details, when, now, report=data["report"])
    return step.effect


def _withdrawal_answered(session: Session, case: Case, consent: Consent, received: Received, now: datetime) -> None:
    data = received.data
    command = AnswerWithdrawal(answer=data["answer"], basis=data["basis"], happened=data["happened"])
    answers.record_answer(session, case.id, consent.id, command, now, by=None, report=data["report"])
    # control: H-AGENCY-7 lead-hears-the-agency
    if case_restrictions.stands(session, case.id):
        # The team cannot read the case, so its leads receive a notice.
        leads = leads_of(session, case.id)
        what = {"kind": "withdrawal_answered", "member": consent.agency, "reason": data["answer"]}
        notices.give(session, **what, case=case.id, at=datetime.now(UTC), recipients=leads)


def _progressed(session: Session, case: Case, referral: Referral, received: Received, now: datetime) -> None:
    data = received.data
    rules.check_helps(referral.state)
    times.stated(data["happened"], None, now, case.jurisdiction)
    progress = {"service_type": data["service_type"], "progress": data["progress"]}
    ids = {"id": data["report"], "case_id": case.id, "referral_id": referral.id, "agency": referral.agency}
    row = ServiceProgress(**ids, **progress, happened=data["happened"], recorded_at=now)
    session.add(row)
    bump(session, case.id)
    record(session, case.id, [Announcement(events.PROGRESSED.name, {"referral": referral.id, **progress})])


def forget(session: Session, case: UUID) -> None:
    """Erase the events about the reports of a case. Each report is a separate subject in the event log."""
    for report in sorted(session.scalars(select(SettledReport.id).where(SettledReport.case_id == case)).all()):
        erasure.begin(session, report, None, _of_the_case)


def _of_the_case(_session: Session, _report: UUID) -> None:
    """Delete no rows: the row of the report is deleted with its case."""


REACTIONS: Final = (
    Reaction("answer_referral", events.ANSWERED.key, answer_referral),
    Reaction("answer_withdrawal", events.WITHDRAWAL_ANSWERED.key, answer_withdrawal),
    Reaction("report_progress", events.PROGRESS_REPORTED.key, report_progress),
    Reaction("await_answer", events.PASSED_ON.key, await_answer),
)

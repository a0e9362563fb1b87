"""Correct a consent, its withdrawal, or the agency's answer.

A correction can change the data that an agency may receive. The agency is notified of the withdrawal of data that the
consent never allowed, and is asked to delete them. Referrals that waited for the corrected consent are sent.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from services.intake.agencies.consent.actions.agencies import check_takes_part
from services.intake.agencies.consent.actions.answers import answered
from services.intake.agencies.consent.actions.consents import check, granted, named
from services.intake.agencies.consent.hooks import NARROWED, WIDENED, Coverage
from services.intake.agencies.consent.models import Consent, WithdrawalAnswer
from services.intake.agencies.consent.schemas import CorrectAnswer, CorrectConsent, CorrectWithdrawal
from services.intake.facts.case.actions import announce, record_change, record_of
from services.intake.facts.case.models import Case, Correction, bump
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.events.envelope import Announcement

_CHECKED = ("agency", "purposes", "checklist", "granted_on", "expires_on", *rules.NAMES)


def correct_consent(
    session: Session, case_id: UUID, consent_id: UUID, command: CorrectConsent, now: datetime, *, by: Principal
) -> UUID:
    """Put a consent right, or take it back as recorded wrongly.

    A consent that is taken back was never valid. Return the correction's id. Raises `NotFound`, `StepForbidden`,
    `FactRefused`.
    """
    case, consent = session.get_one(Case, case_id), record_of(session, Consent, case_id, consent_id)
    today = dates.today(now, case.jurisdiction)
    says = corrections.stated(command) | times.corrected(
        command, consent.happened, now, case.jurisdiction, field="granted_on"
    )
    says |= named(says)
    if command.reason not in corrections.TAKES_BACK:
        so = {name: says.get(name, getattr(consent, name)) for name in _CHECKED}
        if so["agency"] != consent.agency:
            check_takes_part(session, so["agency"])
        check(session, case, so, today=today)
    corrected = corrections.put_right(
        session, Correction, consent, "consent", command, now=now, today=today, by=by, says=says
    )
    before: dict[str, Any] = {
        "agency": consent.agency,
        "purposes": consent.purposes,
        "data_categories": consent.data_categories,
        **{name: getattr(consent, name) for name in rules.NAMES},
    }
    before |= {name: value for name, value in corrected.was.items() if name in before}
    stands = consent.withdrawn_on is None
    announcements = [corrected.announcement]
    if stands and command.reason != "recorded_twice":
        announcements += _never_allowed(consent, before, today, whole=corrected.takes_back)
    if stands and not corrected.takes_back:
        announcements.append(granted(consent))
    announce(session, case_id, announcements)
    session.flush()
    bump(session, case_id)
    NARROWED.announce(session, Coverage(case, before["agency"], now))
    WIDENED.announce(session, Coverage(case, consent.agency, now))
    return corrected.id


def _never_allowed(consent: Consent, before: Mapping[str, Any], today: date, *, whole: bool) -> list[Announcement]:
    """Return the event that withdraws the data that a consent never allowed. It asks the agency to delete them."""
    fewer = set(before["data_categories"]) - set(consent.data_categories)
    is_narrower = any(_is_narrower(getattr(consent, name), before[name]) for name in rules.NAMES)
    everything = whole or fewer or is_narrower or consent.agency != before["agency"]
    purposes = list(before["purposes"]) if everything else sorted(set(before["purposes"]) - set(consent.purposes))
    if not purposes:
        return []
    payload = {"agency": before["agency"], "purposes": purposes, "erase_requested": True, "withdrawn_on": today}
    return [Announcement("consent.withdrawn", {"consent": consent.id, **payload}, rules.NAMED_BY_ID)]


def _is_narrower(names: Collection[str] | None, named_before: Collection[str] | None) -> bool:
    return bool(names) and not (named_before and set(named_before) <= set(names or ()))


def correct_withdrawal(
    session: Session, case_id: UUID, consent_id: UUID, command: CorrectWithdrawal, now: datetime, *, by: Principal
) -> UUID:
    """Put the withdrawal of a consent right, or take it back as recorded wrongly.

    A withdrawal that never happened is taken back, and the consent is valid again. Referrals that were withdrawn with
    it stay withdrawn: the person is asked before data is sent again. Return the correction's id. Raises `NotFound`,
    `StepForbidden`, `FactRefused`.
    """
    case, consent = session.get_one(Case, case_id), record_of(session, Consent, case_id, consent_id)
    rules.check_withdrawn(withdrawn=consent.withdrawn_on is not None)
    today = dates.today(now, case.jurisdiction)
    says: dict[str, Any] = {}
    if command.happened is not None or command.withdrawn_on is not None:
        when = times.stated(
            command.happened, command.learnt, now, case.jurisdiction, day=command.withdrawn_on, field="withdrawn_on"
        )
        rules.check_after_consent(comes_before=when.day < consent.granted_on)
        says |= {"withdrawn_on": when.day, "withdrawal_happened": when.happened, "withdrawal_learnt": when.learnt}
    if command.erase_requested is not None:
        says["erase_requested"] = command.erase_requested
    if command.reason in corrections.TAKES_BACK:
        corrections.check(command, taken_back=False, changes={})
        says = {"withdrawn_on": None, "withdrawal_happened": None, "withdrawal_learnt": None, "answer_due_on": None}
    corrected = corrections.put_right(
        session,
        Correction,
        consent,
        "consent",
        command,
        now=now,
        today=today,
        by=by,
        says=says,
        is_part=True,
    )
    announcements = [corrected.announcement]
    if consent.withdrawn_on is None:
        announcements.append(granted(consent))
    announce(session, case_id, announcements)
    bump(session, case_id)
    return corrected.id


def correct_answer(
    session: Session, case_id: UUID, answer_id: UUID, command: CorrectAnswer, now: datetime, *, by: Principal
) -> UUID:
    """Put an agency's answer to a withdrawal right, or take it back as recorded wrongly.

    Return the correction's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    case, answer = session.get_one(Case, case_id), record_of(session, WithdrawalAnswer, case_id, answer_id)
    today = dates.today(now, case.jurisdiction)
    says = corrections.stated(command) | times.corrected(
        command, answer.happened, now, case.jurisdiction, field="answered_on"
    )
    if command.answer is not None and command.answer not in rules.KEEPS:
        says["basis"] = None
    so = {name: says.get(name, getattr(answer, name)) for name in ("answer", "basis")}
    rules.check_answer(withdrawn=True, before=(), answer=so["answer"], basis=so["basis"])
    corrected = corrections.put_right(
        session, Correction, answer, "consent", command, now=now, today=today, by=by, says=says
    )
    if corrected.takes_back:
        _await_answer(session, answer)
    record_change(session, case_id, [corrected.announcement, *([] if corrected.takes_back else [answered(answer)])])
    return corrected.id


def _await_answer(session: Session, answer: WithdrawalAnswer) -> None:
    """Await an answer again if no valid answer is left."""
    session.flush()
    others = select(WithdrawalAnswer.id).where(
        WithdrawalAnswer.consent_id == answer.consent_id, WithdrawalAnswer.taken_back_at.is_(None)
    )
    consent = session.get(Consent, answer.consent_id)
    if consent is not None and consent.withdrawn_on is not None and session.scalars(others).first() is None:
        consent.answer_due_on = rules.answer_due(consent.withdrawn_on)

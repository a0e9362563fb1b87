"""Record the agencies' answers to withdrawals, and list withdrawals with their answers."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_, union_all
from sqlalchemy.orm import Session

from services.intake.agencies.consent import rules
from services.intake.agencies.consent.models import Consent, WithdrawalAnswer
from services.intake.agencies.consent.schemas import AnswerWithdrawal, FollowedWithdrawal, GivenAnswer
from services.intake.facts.case.actions import alike, record_of, recorded
from services.intake.facts.case.models import Case, TeamMember, bump
from services.intake.facts.case.rules import OFFICER
from shared.access.exclusions import excludes
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.access.views import Shown, shown
from shared.casework import times
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record
from shared.http import Created
from shared.http.paging import read_page


def record_answer(
    session: Session,
    case_id: UUID,
    consent_id: UUID,
    command: AnswerWithdrawal,
    now: datetime,
    *,
    by: Principal | None,
    report: UUID | None = None,
) -> Created:
    """Record what the agency did after a withdrawal of consent: deleted, stopped, or kept on a legal basis.

    `by` is None if the agency reports it itself, in `report`. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    consent, case = record_of(session, Consent, case_id, consent_id), session.get_one(Case, case_id)
    counts = (WithdrawalAnswer.consent_id == consent_id, WithdrawalAnswer.taken_back_at.is_(None))
    before = session.scalars(select(WithdrawalAnswer.answer).where(*counts)).all()
    when = times.stated(
        command.happened, command.learnt, now, case.jurisdiction, day=command.answered_on, field="answered_on"
    )
    said = {"consent_id": consent_id, "answer": command.answer, "basis": command.basis}
    earlier = alike(session, WithdrawalAnswer, case_id, said, when, day="answered_on")
    is_withdrawn = consent.withdrawn_on is not None
    # A repeated answer contradicts no earlier answer.
    others = before if earlier is None else ()
    rules.check_answer(withdrawn=is_withdrawn, before=others, answer=command.answer, basis=command.basis)
    stored = command.stored(answered_on=when.day) | recorded(when, now, by)
    awaited = {"due_on": consent.answer_due_on, "report": report}
    answer = WithdrawalAnswer(case_id=case_id, consent_id=consent_id, alike=earlier, **awaited, **stored)
    session.add(answer)
    consent.answer_due_on = None
    bump(session, case_id)
    record(session, case_id, [answered(answer)] if earlier is None else [])
    return Created(answer.id, earlier)


def answered(answer: WithdrawalAnswer) -> Announcement:
    """Return the event of an agency's answer, with its current fields."""
    payload = {"consent": answer.consent_id, "answer": answer.answer, "basis": answer.basis}
    return Announcement("consent.withdrawal_answered", payload)


def await_answer(session: Session, consent: Consent) -> None:
    """Await the answer to a withdrawal of which the agency was notified, unless one is awaited or was given."""
    counts = (WithdrawalAnswer.consent_id == consent.id, WithdrawalAnswer.taken_back_at.is_(None))
    is_answered = session.scalar(select(WithdrawalAnswer.id).where(*counts).limit(1)) is not None
    if consent.withdrawn_on is not None and consent.answer_due_on is None and not is_answered:
        consent.answer_due_on = rules.answer_due(consent.withdrawn_on)
        bump(session, consent.case_id)


def followed_withdrawals(session: Session, query: Mapping[str, str], *, by: Principal) -> Shown:
    """List withdrawals of consent with the agency's answer, its due day and its source.

    The latest is first. The reader sees the same cases as in `unanswered_withdrawals`. Raises `Refused`.
    """
    after, limit = read_page(query, rules.read_place)
    withdrawn = select(Consent).where(
        Consent.withdrawn_on.is_not(None), Consent.taken_back_at.is_(None), *listed_to(by)
    )
    if after is not None:
        withdrawn = withdrawn.where(tuple_(Consent.withdrawn_on, Consent.id) < tuple_(*after))
    latest = withdrawn.order_by(Consent.withdrawn_on.desc(), Consent.id.desc()).limit(limit + 1)
    rows = session.scalars(latest).all()
    answers = _answers_of(session, [row.id for row in rows[:limit]])
    listed = [shown(row, FollowedWithdrawal, answers=answers[row.id]) for row in rows[:limit]]
    last = rows[limit - 1] if len(rows) > limit else None
    return {"consents": listed, "next": None if last is None else f"{last.withdrawn_on}~{last.id}"}


def _answers_of(session: Session, consents: Collection[UUID]) -> dict[UUID, list[dict[str, object]]]:
    standing = (WithdrawalAnswer.consent_id.in_(consents), WithdrawalAnswer.taken_back_at.is_(None))
    answers: dict[UUID, list[dict[str, object]]] = {consent: [] for consent in consents}
    for row in session.scalars(select(WithdrawalAnswer).where(*standing).order_by(WithdrawalAnswer.id)):
        answers[row.consent_id].append(shown(row, GivenAnswer, by_agency=row.report is not None))
    return answers


def listed_to(principal: Principal) -> tuple[ColumnElement[bool], ...]:
    """Write the conditions that a reader sees a consent in the lists of withdrawals.

    A data protection officer sees all, except those of a person who excluded the officer. Other readers see those of
    the cases whose team they are on or supervise.
    """
    reader = UUID(principal.subject)
    shown = ~excludes(Consent.__table__.c.case_id, reader)
    if OFFICER in principal.roles:
        return (shown,)
    member = TeamMember.__table__.c
    own = select(member.case_id).where(member.member == reader)
    supervised = select(member.case_id).join(supervisions, leads(reader, member.member))
    return shown, Consent.case_id.in_(union_all(own, supervised))

"""Actions about first responders: ask them to submit the case to the authority, and record their answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import alike, record_change, record_of, recorded
from services.intake.facts.case.models import Case, Correction, bump
from services.intake.facts.person.actions import age_of
from services.intake.path.identification import rules
from services.intake.path.identification.actions.steps import codes_consented_to
from services.intake.path.identification.models import FirstResponder
from services.intake.path.identification.schemas import AnswerOfFirstResponder, AskFirstResponder, CorrectFirstResponder
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import corrections, dates, times
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import Created
from shared.reference import profile


def ask_first_responder(
    session: Session, case_id: UUID, command: AskFirstResponder, now: datetime, *, by: Principal
) -> Created:
    """Record that a first responder is asked to put the case to the authority.

    Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    when = times.stated(command.happened, command.learnt, now, law.code, day=command.asked_on, field="asked_on")
    earlier = alike(
        session, FirstResponder, case_id, {"body": command.body, "state": rules.ASKED}, when, day="asked_on"
    )
    counts = (FirstResponder.case_id == case_id, FirstResponder.taken_back_at.is_(None))
    # A repeated request to the same body is recorded as alike, not as a second request.
    others = counts if earlier is None else (*counts, FirstResponder.id != earlier)
    states = session.execute(select(FirstResponder.state).where(*others)).scalars().all()
    needed = law.consent.needed(age_of(session, case, today), able=command.can_decide)
    consented = not needed or rules.takes_part(law, codes_consented_to(session, case_id, law.consent.purpose, today))
    rules.check_first_responder(law, command.body, states, today, consented=consented)
    first_responder = FirstResponder(
        id=new_id(),
        case_id=case_id,
        body=command.body,
        state=rules.ASKED,
        asked_on=when.day,
        alike=earlier,
        **recorded(when, now, by),
    )
    session.add(first_responder)
    bump(session, case_id)
    record(session, case_id, [] if earlier else [_asked(first_responder)])
    return Created(first_responder.id, earlier)


def record_answer(
    session: Session,
    case_id: UUID,
    asked: UUID,
    command: AnswerOfFirstResponder,
    now: datetime,
    *,
    by: Principal,
) -> Shown:
    """Record whether the first responder accepts; after a refusal another can be asked.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    first_responder = record_of(session, FirstResponder, case_id, asked)
    jurisdiction = session.get_one(Case, case_id).jurisdiction
    when = times.stated(
        command.happened, command.learnt, now, jurisdiction, day=command.answered_on, field="answered_on"
    )
    first_responder.state = rules.answered(first_responder.state, command.answer, command.reason)
    first_responder.reason, first_responder.answered_on = command.reason, when.day
    first_responder.answer_happened, first_responder.answer_learnt = when.happened, when.learnt
    first_responder.answer_recorded_at, first_responder.answer_recorded_by = now, UUID(by.subject)
    bump(session, case_id)
    record(session, case_id, [_answered(first_responder)])
    return {"id": asked, "state": command.answer}


def correct_first_responder(
    session: Session, case_id: UUID, asked_id: UUID, command: CorrectFirstResponder, now: datetime, *, by: Principal
) -> UUID:
    """Correct the first responder that was asked to submit the case to the authority, and its answer.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    first_responder = record_of(session, FirstResponder, case_id, asked_id)
    jurisdiction = session.get_one(Case, case_id).jurisdiction
    today = dates.today(now, jurisdiction)
    stated = corrections.stated(command)
    says: dict[str, object] = {name: stated[name] for name in ("learnt", "answered_on") if name in stated}
    says |= times.corrected(command, first_responder.happened, now, jurisdiction, field="asked_on")
    dates.not_in_future("answered_on", command.answered_on, today)
    if command.answer is not None or command.declined_because is not None:
        answer = command.answer or first_responder.state
        says |= {"state": rules.answered(rules.ASKED, answer, command.declined_because)}
        says |= {
            "reason": command.declined_because,
            "answered_on": command.answered_on or first_responder.answered_on or today,
        }
    corrected = corrections.put_right(
        session, Correction, first_responder, "identification", command, now=now, today=today, by=by, says=says
    )
    announcements = [corrected.announcement]
    if not corrected.takes_back:
        announcements.append(_asked(first_responder))
        announcements += [] if first_responder.state == rules.ASKED else [_answered(first_responder)]
    record_change(session, case_id, announcements)
    return corrected.id


def _asked(first_responder: FirstResponder) -> Announcement:
    payload = {name: getattr(first_responder, name) for name in ("body", "asked_on")}
    return Announcement("first_responder.asked", {"first_responder": first_responder.id, **payload})


def _answered(first_responder: FirstResponder) -> Announcement:
    names = ("body", "answered_on", *(("reason",) if first_responder.state == rules.DECLINED else ()))
    payload = {name: getattr(first_responder, name) for name in names}
    return Announcement(f"first_responder.{first_responder.state}", {"first_responder": first_responder.id, **payload})

"""Actions about the official path: load, decide, store, announce. None commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, bump, fields
from services.intake.consent.actions import standing_consents, valid_consents
from services.intake.identification import rules
from services.intake.identification.models import (
    EntryDecision,
    FirstResponder,
    HeardAdvice,
    IdentificationStep,
    StepCorrection,
)
from services.intake.identification.schemas import (
    AnswerOfFirstResponder,
    AskFirstResponder,
    CorrectStep,
    DecideEntry,
    ExtendClock,
    RecordStep,
)
from services.intake.merging.actions import keep_one_of_each
from services.intake.person.actions import age_of
from shared import deadlines
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.refusals import StepForbidden
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, ReadModelTable
from shared.reference import Stage, profile
from shared.store.database import NamedRow


def counting_steps_of(session: Session, case: UUID) -> list[IdentificationStep]:
    """Return a case's identification steps, oldest first, without those that were recorded wrongly."""
    corrected = select(StepCorrection.step).where(StepCorrection.case_id == case)
    mine = select(IdentificationStep).where(IdentificationStep.case_id == case, IdentificationStep.id.not_in(corrected))
    return list(session.execute(mine.order_by(IdentificationStep.id)).scalars())


def with_corrections(steps: Iterable[NamedRow], corrections: Iterable[NamedRow]) -> list[Mapping[str, object]]:
    """Return the rows of steps as `IdentificationStep` of the schemas reads them: when and why they were corrected."""
    corrected = {correction["step"]: correction for correction in corrections}
    return [_with_correction(step, corrected.get(step["id"], {})) for step in steps]


def _with_correction(step: NamedRow, correction: NamedRow) -> Mapping[str, object]:
    return {
        **step,
        "corrected_on": correction.get("corrected_on"),
        "corrected_because": correction.get("reason"),
    }


def decide_entry(session: Session, case_id: UUID, command: DecideEntry, now: datetime) -> tuple[UUID, int]:
    """Record the person's decision about the official mechanism; advice before it is recorded, but not required."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    stored = command.stored(decided_on=command.decided_on or today)
    dates.not_in_future("decided_on", stored["decided_on"], today)
    heard = select(HeardAdvice).where(HeardAdvice.case_id == case_id, HeardAdvice.status == "given").limit(1)
    advised = command.advice == "given" or session.execute(heard).first() is not None
    decision = EntryDecision(case_id=case_id, **stored)
    session.add(decision)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("entry.decided", {**stored, "advised_before": advised})])
    return decision.id, version


def record_step(session: Session, case_id: UUID, command: RecordStep, now: datetime) -> tuple[UUID, int]:
    """Record a step on the official path, by the jurisdiction's profile, and start and stop its clocks."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    new_step = rules.NewStep(**command.stored(received_on=command.received_on or today))
    before = _as_recorded(counting_steps_of(session, case_id))
    age, consented = age_of(session, case, today), agencies_consented_to(session, case_id, law.consent.purpose, today)
    stage = rules.identification_step(law, new_step, before, age=age, agencies=consented, today=today)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars()
    rules.check_submission(law, stage, states, made_elsewhere=new_step.made_elsewhere)
    reconsidered = rules.reconsidered(stage, before)
    basis = rules.basis(law, stage, new_step, age)
    step = IdentificationStep(id=new_id(), case_id=case_id, basis=basis, **new_step.stored())
    session.add(step)
    version = bump(session, case_id)
    record(session, case_id, [_announcement(stage, case.jurisdiction, step, reconsidered)])
    _move_clocks(session, case, stage, step, new_step, reconsidered, now)
    return step.id, version


def correct_step(
    session: Session, case_id: UUID, step_id: UUID, command: CorrectStep, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record that a step was recorded wrongly: it stays, but has no effect any more, and its clocks are undone.

    Raises `NotFound`, `StepForbidden`.
    """
    case, counting_steps = session.get_one(Case, case_id), counting_steps_of(session, case_id)
    place = next((number for number, step in enumerate(counting_steps) if step.id == step_id), None)
    if place is None:
        _refuse(session, case_id, step_id)
    step = counting_steps[place]
    rules.check_correction(profile(case.jurisdiction), _as_recorded(counting_steps), place)
    today = dates.today(now, case.jurisdiction)
    correction = StepCorrection(
        id=new_id(), case_id=case_id, step=step_id, reason=command.reason, corrected_on=today, by=UUID(by.subject)
    )
    session.add(correction)
    version = bump(session, case_id)
    payload = {"step": step_id, "stage": step.stage, "reason": command.reason, "corrected_on": today}
    record(session, case_id, [Announcement("identification.corrected", payload)])
    deadlines.undo(session, case_id, step_id, now=now)
    keep_one_of_each(session, case_id)
    return correction.id, version


def _refuse(session: Session, case_id: UUID, step_id: UUID) -> NoReturn:
    record_of(session, IdentificationStep, case_id, step_id)
    raise StepForbidden("corrected_once", "This step was corrected already, and counts no more.")


def _as_recorded(recorded_steps: list[IdentificationStep]) -> list[rules.RecordedStep]:
    return [rules.RecordedStep(step.stage, step.outcome) for step in recorded_steps]


def agencies_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    """Return the agencies that the person consents to for a purpose."""
    standing = valid_consents(session, case, standing_consents(session, case, today), today)
    return {consent.agency for consent in standing if purpose in consent.purposes}


def _announcement(stage: Stage, jurisdiction: str, step: IdentificationStep, reconsidered: str | None) -> Announcement:
    payload = {"jurisdiction": jurisdiction, "step": step.id, **fields(step)}
    del payload["id"]
    if stage.kind == "decision":
        return Announcement("identification.decided", {**payload, "reconsidered": reconsidered})
    del payload["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), payload)


def _move_clocks(
    session: Session,
    case: Case,
    stage: Stage,
    step: IdentificationStep,
    new_step: rules.NewStep,
    reconsidered: str | None,
    now: datetime,
) -> None:
    """Stop and start the clocks that intake keeps, from the day that the rules return."""
    law = profile(case.jurisdiction)
    stops = law.clocks_stopped(stage.code, step.outcome, reconsidered)
    deadlines.stop(session, case.id, stops, now=now, cause=step.id)
    for code in law.clocks_started(stage.code, step.outcome, reconsidered):
        rule = law.clock(code, on=step.received_on)
        begins = rules.begins(new_step, rule.kind)
        if rule.keeper == "intake" and begins is not None:
            deadlines.start(session, case.id, case.jurisdiction, code, begins, now=now, cause=step.id)
    keep_one_of_each(session, case.id)


def extend_clock(session: Session, case_id: UUID, clock: UUID, command: ExtendClock, now: datetime) -> int:
    """Extend a period by decision, where its rule allows that; return the case's new version."""
    deadlines.extend(session, case_id, clock, command.until, now=now)
    return bump(session, case_id)


def ask_first_responder(session: Session, case_id: UUID, command: AskFirstResponder, now: datetime) -> tuple[UUID, int]:
    """Record that a body is asked to put the case to the authority. Raises `FactRefused`, `StepForbidden`."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars().all()
    needed = law.consent.needed(age_of(session, case, today), able=command.can_decide)
    consented = not needed or bool(agencies_consented_to(session, case_id, law.consent.purpose, today))
    rules.check_first_responder(law, command.body, states, today, consented=consented)
    first_responder = FirstResponder(id=new_id(), case_id=case_id, body=command.body, state=rules.ASKED, asked_on=today)
    session.add(first_responder)
    version = bump(session, case_id)
    payload = {"first_responder": first_responder.id, "body": first_responder.body, "asked_on": today}
    record(session, case_id, [Announcement("first_responder.asked", payload)])
    return first_responder.id, version


def record_answer(
    session: Session, case_id: UUID, first_responder_id: UUID, command: AnswerOfFirstResponder, now: datetime
) -> int:
    """Record what a first responder answered; return the case's new version.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    first_responder = record_of(session, FirstResponder, case_id, first_responder_id)
    first_responder.state = rules.answered(first_responder.state, command.answer, command.reason)
    first_responder.reason = command.reason
    first_responder.answered_on = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    version = bump(session, case_id)
    payload = {
        "first_responder": first_responder_id,
        "body": first_responder.body,
        "answered_on": first_responder.answered_on,
        **({"reason": first_responder.reason} if first_responder.state == rules.DECLINED else {}),
    }
    record(session, case_id, [Announcement(f"first_responder.{first_responder.state}", payload)])
    return version


def project_advice(session: Session, events: Sequence[Received]) -> None:
    """Store that legal recorded advice, also for cases that intake may not have yet."""
    rows = [
        {
            "event_id": received.event.id,
            "case_id": received.subject,
            "phase": received.data["phase"],
            "status": received.data["status"],
        }
        for received in events
    ]
    session.execute(insert(HeardAdvice).on_conflict_do_nothing(), rows)


PROJECTIONS: Final = (
    Projection("heard_advice", frozenset({"legal.advice.recorded"}), project_advice, (ReadModelTable("heard_advice"),)),
)

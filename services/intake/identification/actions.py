"""Actions about the official path: load, decide, store, announce. None commits."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.case.actions import record_of
from services.intake.case.models import Case, bump
from services.intake.consent.actions import standing_consents, valid_consents
from services.intake.identification import rules
from services.intake.identification.models import (
    EntryDecision,
    FirstResponder,
    HeardAdvice,
    IdentificationStep,
    StepCorrection,
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


def counting_steps_of(session: Session, case: UUID) -> list[IdentificationStep]:
    """Return a case's identification steps, oldest first, without those that were recorded wrongly."""
    corrected = select(StepCorrection.step).where(StepCorrection.case_id == case)
    mine = select(IdentificationStep).where(IdentificationStep.case_id == case, IdentificationStep.id.not_in(corrected))
    return list(session.execute(mine.order_by(IdentificationStep.id)).scalars())


def decide_entry(session: Session, case_id: UUID, body: dict[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record the person's decision about the official mechanism; advice before it is recorded, but not required."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    body.setdefault("decided_on", today)
    dates.not_in_future("decided_on", body["decided_on"], today)
    heard = select(HeardAdvice).where(HeardAdvice.case_id == case_id, HeardAdvice.status == "given").limit(1)
    advised = body["advice"] == "given" or session.execute(heard).first() is not None
    decision = EntryDecision(case_id=case_id, **body)
    session.add(decision)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("entry.decided", {**body, "advised_before": advised})])
    return decision.id, version


def record_step(session: Session, case_id: UUID, body: dict[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record a step on the official path, by the jurisdiction's profile, and start and stop its clocks."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    body.setdefault("received_on", today)
    before = _as_recorded(counting_steps_of(session, case_id))
    age, consented = age_of(session, case, today), agencies_consented_to(session, case_id, law.consent.purpose, today)
    stage = rules.identification_step(law, body, before, age=age, agencies=consented, today=today)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars()
    rules.check_submission(law, stage, states, made_elsewhere=body["made_elsewhere"])
    reconsidered = rules.reconsidered(stage, before)
    taken = {name: value for name, value in body.items() if name != "can_decide"}
    step = IdentificationStep(id=new_id(), case_id=case_id, basis=rules.basis(law, stage, body, age), **taken)
    session.add(step)
    version = bump(session, case_id)
    payload = {**taken, "step": step.id, "basis": step.basis}
    record(session, case_id, [_announcement(stage, case.jurisdiction, payload, reconsidered)])
    _move_clocks(session, case, stage, step, taken, reconsidered, now)
    return step.id, version


def correct_step(
    session: Session, case_id: UUID, step_id: UUID, reason: str, now: datetime, *, by: Principal
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
        id=new_id(), case_id=case_id, step=step_id, reason=reason, corrected_on=today, by=UUID(by.subject)
    )
    session.add(correction)
    version = bump(session, case_id)
    payload = {"step": step_id, "stage": step.stage, "reason": reason, "corrected_on": today}
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


def _announcement(stage: Stage, jurisdiction: str, body: dict[str, Any], reconsidered: str | None) -> Announcement:
    payload: dict[str, Any] = {"jurisdiction": jurisdiction, **body}
    if stage.kind == "decision":
        return Announcement("identification.decided", {**payload, "reconsidered": reconsidered})
    del payload["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), payload)


def _move_clocks(
    session: Session,
    case: Case,
    stage: Stage,
    step: IdentificationStep,
    body: dict[str, Any],
    reconsidered: str | None,
    now: datetime,
) -> None:
    """Stop and start the clocks that intake keeps, from the day that the rules return."""
    law = profile(case.jurisdiction)
    stops = law.clocks_stopped(stage.code, step.outcome, reconsidered)
    deadlines.stop(session, case.id, stops, now=now, cause=step.id)
    for code in law.clocks_started(stage.code, step.outcome, reconsidered):
        rule = law.clock(code, on=step.received_on)
        begins = rules.begins(body, rule.kind)
        if rule.keeper == "intake" and begins is not None:
            deadlines.start(session, case.id, case.jurisdiction, code, begins, now=now, cause=step.id)
    keep_one_of_each(session, case.id)


def extend_clock(session: Session, case_id: UUID, clock: UUID, until: date, now: datetime) -> int:
    """Extend a period by decision, where its rule allows that; return the case's new version."""
    deadlines.extend(session, case_id, clock, until, now=now)
    return bump(session, case_id)


def ask_first_responder(session: Session, case_id: UUID, body: dict[str, Any], now: datetime) -> tuple[UUID, int]:
    """Record that a body is asked to put the case to the authority. Raises `FactRefused`, `StepForbidden`."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars().all()
    needed = law.consent.needed(age_of(session, case, today), able=body["can_decide"])
    consented = not needed or bool(agencies_consented_to(session, case_id, law.consent.purpose, today))
    rules.check_first_responder(law, body["body"], states, today, consented=consented)
    first_responder = FirstResponder(id=new_id(), case_id=case_id, body=body["body"], state=rules.ASKED, asked_on=today)
    session.add(first_responder)
    version = bump(session, case_id)
    payload = {"first_responder": first_responder.id, "body": first_responder.body, "asked_on": today}
    record(session, case_id, [Announcement("first_responder.asked", payload)])
    return first_responder.id, version


def record_answer(
    session: Session, case_id: UUID, first_responder_id: UUID, body: dict[str, Any], now: datetime
) -> int:
    """Record what a first responder answered; return the case's new version.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    first_responder = record_of(session, FirstResponder, case_id, first_responder_id)
    first_responder.state = rules.answered(first_responder.state, body["answer"], body["reason"])
    first_responder.reason = body["reason"]
    first_responder.answered_on = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    version = bump(session, case_id)
    payload: dict[str, Any] = {
        "first_responder": first_responder_id,
        "body": first_responder.body,
        "answered_on": first_responder.answered_on,
    }
    if first_responder.state == rules.DECLINED:
        payload["reason"] = first_responder.reason
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

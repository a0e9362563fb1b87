"""The official path: the person's decision to enter it, its steps, and its clocks."""

from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.coming_of_age import age_of, counting
from services.intake.actions.merging import keep_one_of_each
from services.intake.actions.records import record_of
from services.intake.actions.today import local_today
from services.intake.models import (
    Case,
    EntryDecision,
    FirstResponder,
    HeardAdvice,
    IdentificationStep,
    StepCorrection,
    bump,
    standing_consents,
    steps,
)
from services.intake.rules import first_responders
from shared import deadlines
from shared.access.tokens import Principal
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.reference import Stage, profile


def decide_entry(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record the person's decision about the official mechanism; advice before it is recorded, but not required."""
    case = session.get_one(Case, case_id)
    today = local_today(case.jurisdiction, now)
    body.setdefault("decided_on", today)
    rules.not_in_future("decided_on", body["decided_on"], today)
    heard = select(HeardAdvice).where(HeardAdvice.case_id == case_id, HeardAdvice.status == "given").limit(1)
    advised = body["advice"] == "given" or session.execute(heard).first() is not None
    decision = EntryDecision(case_id=case_id, **body)
    session.add(decision)
    version = bump(session, case_id)
    record(session, case_id, [Announcement("entry.decided", {**body, "advised_before": advised})])
    return decision.id, version


def record_step(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record a step on the official path, by the jurisdiction's profile, and start and stop its clocks."""
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), local_today(case.jurisdiction, now)
    body.setdefault("received_on", today)
    before = _as_recorded(steps(session, case_id))
    age, consented = age_of(session, case, today), agencies_consented_to(session, case_id, law.consent.purpose, today)
    stage = rules.identification_step(law, body, before, age=age, agencies=consented, today=today)
    states = session.execute(select(FirstResponder.state).where(FirstResponder.case_id == case_id)).scalars()
    first_responders.stands_behind(law, stage, states, made_elsewhere=body["made_elsewhere"])
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
    session: Session, now: datetime, case_id: UUID, step_id: UUID, reason: str, by: Principal
) -> tuple[UUID, int]:
    """Record that a step was recorded wrongly: it stays, but has no effect any more, and its clocks are undone.

    Raises `NotFound`, `StepForbidden`.
    """
    case, counting_steps = session.get_one(Case, case_id), steps(session, case_id)
    place = next((number for number, step in enumerate(counting_steps) if step.id == step_id), None)
    if place is None:
        _refuse(session, case_id, step_id)
    step = counting_steps[place]
    rules.correction(profile(case.jurisdiction), _as_recorded(counting_steps), place)
    today = local_today(case.jurisdiction, now)
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
    raise rules.StepForbidden("corrected_once", "This step was corrected already, and counts no more.")


def _as_recorded(recorded_steps: list[IdentificationStep]) -> list[rules.Recorded]:
    return [rules.Recorded(step.stage, step.outcome) for step in recorded_steps]


def agencies_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    """Return the agencies that the person consents to for a purpose."""
    standing = counting(session, case, standing_consents(session, case, today), today)
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


def extend_clock(session: Session, now: datetime, case_id: UUID, clock: UUID, until: date) -> int:
    """Extend a period by decision, where its rule allows that; return the case's new version."""
    deadlines.extend(session, case_id, clock, until, now=now)
    return bump(session, case_id)

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
from shared.envelope import Announcement, new_id
from shared.eventlog import record
from shared.reference import Stage, profile
from shared.tokens import Principal


def decide_entry(session: Session, now: datetime, case_id: UUID, body: dict[str, Any]) -> tuple[UUID, int]:
    """Record the person's decision about the official mechanism; advice before it is told, and gates nothing."""
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
    again = rules.reconsidered(stage, before)
    taken = {name: value for name, value in body.items() if name != "can_decide"}
    step = IdentificationStep(id=new_id(), case_id=case_id, basis=rules.basis(law, stage, body, age), **taken)
    session.add(step)
    version = bump(session, case_id)
    told = {**taken, "step": step.id, "basis": step.basis}
    record(session, case_id, [_told(stage, case.jurisdiction, told, again)])
    _move_clocks(session, case, stage, step, taken, again, now)
    return step.id, version


def correct_step(
    session: Session, now: datetime, case_id: UUID, which: UUID, reason: str, by: Principal
) -> tuple[UUID, int]:
    """Record that a step was recorded wrongly: it stays, and nothing rests on it any more, no clock either.

    Raises `NotFound`, `StepForbidden`.
    """
    case, counting_steps = session.get_one(Case, case_id), steps(session, case_id)
    place = next((number for number, each in enumerate(counting_steps) if each.id == which), None)
    if place is None:
        _refuse(session, case_id, which)
    step = counting_steps[place]
    rules.correction(profile(case.jurisdiction), _as_recorded(counting_steps), place)
    today = local_today(case.jurisdiction, now)
    made = StepCorrection(
        id=new_id(), case_id=case_id, step=which, reason=reason, corrected_on=today, by=UUID(by.subject)
    )
    session.add(made)
    version = bump(session, case_id)
    told = {"step": which, "stage": step.stage, "reason": reason, "corrected_on": today}
    record(session, case_id, [Announcement("identification.corrected", told)])
    deadlines.undo(session, case_id, which, now=now)
    keep_one_of_each(session, case_id)
    return made.id, version


def _refuse(session: Session, case_id: UUID, which: UUID) -> NoReturn:
    record_of(session, IdentificationStep, case_id, which)
    raise rules.StepForbidden("corrected_once", "This step was corrected already, and counts no more.")


def _as_recorded(found: list[IdentificationStep]) -> list[rules.Recorded]:
    return [rules.Recorded(each.stage, each.outcome) for each in found]


def agencies_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    """Give the agencies that the person consents to for a purpose."""
    standing = counting(session, case, standing_consents(session, case, today), today)
    return {each.agency for each in standing if purpose in each.purposes}


def _told(stage: Stage, jurisdiction: str, body: dict[str, Any], again: str | None) -> Announcement:
    told: dict[str, Any] = {"jurisdiction": jurisdiction, **body}
    if stage.kind == "decision":
        return Announcement("identification.decided", {**told, "reconsidered": again})
    del told["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), told)


def _move_clocks(
    session: Session,
    case: Case,
    stage: Stage,
    step: IdentificationStep,
    body: dict[str, Any],
    again: str | None,
    now: datetime,
) -> None:
    """Stop and start what intake keeps, from the day that the rules give."""
    law = profile(case.jurisdiction)
    stops = law.clocks_stopped(stage.code, step.outcome, again)
    deadlines.stop(session, case.id, stops, now=now, cause=step.id)
    for code in law.clocks_started(stage.code, step.outcome, again):
        rule = law.clock(code, on=step.received_on)
        begins = rules.begins(body, rule.kind)
        if rule.keeper == "intake" and begins is not None:
            deadlines.start(session, case.id, case.jurisdiction, code, begins, now=now, cause=step.id)
    keep_one_of_each(session, case.id)


def extend_clock(session: Session, now: datetime, case_id: UUID, clock: UUID, until: date) -> int:
    """Extend a period by decision, where its rule knows that; gives the case's new version."""
    deadlines.extend(session, case_id, clock, until, now=now)
    return bump(session, case_id)

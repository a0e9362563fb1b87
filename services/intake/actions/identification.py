"""The official path: the person's decision to enter it, its steps, and its clocks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake import rules
from services.intake.actions.coming_of_age import age_of, counting
from services.intake.actions.merging import keep_one_of_each
from services.intake.actions.today import local_today
from services.intake.models import Case, EntryDecision, HeardAdvice, IdentificationStep, bump, standing_consents, steps
from shared import deadlines
from shared.envelope import Announcement
from shared.eventlog import record
from shared.reference import Stage, profile


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
    law = profile(case.jurisdiction)
    today = local_today(case.jurisdiction, now)
    body.setdefault("received_on", today)
    before = [rules.Recorded(each.stage, each.outcome) for each in steps(session, case_id)]
    consented, years = (
        _agencies_consented_to(session, case_id, law.consent.purpose, today),
        age_of(session, case, today),
    )
    stage = rules.identification_step(law, body, before, age=years, agencies=consented, today=today)
    again = rules.reconsidered(stage, before)
    step = IdentificationStep(case_id=case_id, **body)
    session.add(step)
    version = bump(session, case_id)
    record(session, case_id, [_told(stage, case.jurisdiction, body, again)])
    _move_clocks(session, case, stage, body, again, now)
    return step.id, version


def _agencies_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    standing = counting(session, case, standing_consents(session, case, today), today)
    return {each.agency for each in standing if purpose in each.purposes}


def _told(stage: Stage, jurisdiction: str, body: dict[str, Any], again: str | None) -> Announcement:
    told: dict[str, Any] = {"jurisdiction": jurisdiction, **body}
    if stage.kind == "decision":
        return Announcement("identification.decided", {**told, "reconsidered": again})
    del told["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), told)


def _move_clocks(
    session: Session, case: Case, stage: Stage, body: dict[str, Any], again: str | None, now: datetime
) -> None:
    """Stop and start what intake keeps, from the day that the rules give."""
    law = profile(case.jurisdiction)
    deadlines.stop(session, case.id, law.clocks_stopped(stage.code, body["outcome"], again))
    for code in law.clocks_started(stage.code, body["outcome"], again):
        rule = law.clock(code, on=body["received_on"])
        begins = rules.begins(body, rule.kind)
        if rule.keeper == "intake" and begins is not None:
            deadlines.start(session, case.id, case.jurisdiction, code, begins, now=now)
    keep_one_of_each(session, case.id)


def extend_clock(session: Session, now: datetime, case_id: UUID, clock: UUID, until: date) -> int:
    """Extend a period by decision, where its rule knows that; gives the case's new version."""
    deadlines.extend(session, case_id, clock, until, now=now)
    return bump(session, case_id)

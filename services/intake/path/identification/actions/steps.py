"""Actions about the person's decision, the steps of the official path, and the facts that they state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.consents import standing_consents, valid_consents
from services.intake.facts.case.actions import record_change, record_of
from services.intake.facts.case.models import Case, bump, fields
from services.intake.facts.fact.actions import KEEPING, alike, check_about, correct, restate, take_back
from services.intake.facts.fact.rules import check_stands
from services.intake.facts.fact.schemas import CorrectFact
from services.intake.facts.person.actions import age_of
from services.intake.path.identification import rules
from services.intake.path.identification.models import (
    EntryDecision,
    FirstResponder,
    HeardAdvice,
    IdentificationStep,
    StepCorrection,
)
from services.intake.path.identification.schemas import (
    CorrectStep,
    DecideEntry,
    ExtendClock,
    RecordStep,
)
from shared.access import agencies
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.casework.answers import check_named_referral
from shared.casework.fact_rules import takes_back
from shared.deadlines import by_decision, fact_events, facts
from shared.deadlines.facts import Fact
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.exchange.follower import Projection, ReadModelTable
from shared.http import Created
from shared.reference import Stage, profile
from shared.reference.periods import earliest
from shared.store.database import NamedRow


def with_corrections(steps: Iterable[NamedRow], corrections: Iterable[NamedRow]) -> list[Mapping[str, object]]:
    """Return the rows of steps for the view `IdentificationStep`, with the day and reason of their correction."""
    corrected = {correction["step"]: correction for correction in corrections}
    return [_with_correction(step, corrected.get(step["id"], {})) for step in steps]


def _with_correction(step: NamedRow, correction: NamedRow) -> Mapping[str, object]:
    return {
        **step,
        "corrected_on": correction.get("corrected_on"),
        "corrected_because": correction.get("reason"),
    }


def status_of(jurisdiction: str, case: UUID, rows: Iterable[NamedRow]) -> str:
    """Return the status of a case on the official path, from the rows of the facts of its person."""
    standing = facts.standing_rows({**row, "case_id": case} for row in rows)
    return rules.identification_status(profile(jurisdiction), standing)


def decide_entry(session: Session, case_id: UUID, command: DecideEntry, now: datetime) -> UUID:
    """Record the person's decision about the official mechanism.

    Advice before it is recorded, but not required.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    stored = command.stored(decided_on=command.decided_on or today)
    dates.not_in_future("decided_on", stored["decided_on"], today)
    heard = select(HeardAdvice).where(HeardAdvice.case_id == case_id, HeardAdvice.status == "given").limit(1)
    advised = command.advice == "given" or session.execute(heard).first() is not None
    decision = EntryDecision(case_id=case_id, **stored)
    session.add(decision)
    bump(session, case_id)
    record(session, case_id, [Announcement("entry.decided", {**stored, "advised_before": advised})])
    return decision.id


def record_step(session: Session, case_id: UUID, command: RecordStep, now: datetime, *, by: Principal) -> Created:
    """Record a step on the official path, in any order.

    Return its id and the id of an earlier one that is alike. The step is a fact of the case, from which periods follow.
    Raises `FactRefused`, `StepForbidden`, `NoSuchFact`.
    """
    case = session.get_one(Case, case_id)
    law, today = profile(case.jurisdiction), dates.today(now, case.jurisdiction)
    new_step = _new_step(command, now, case.jurisdiction)
    check_about(session, case_id, new_step.about)
    age, consented = age_of(session, case, today), codes_consented_to(session, case_id, law.consent.purpose, today)
    stage = rules.identification_step(law, new_step, age=age, agencies=consented, today=today)
    asked = (FirstResponder.case_id == case_id, FirstResponder.taken_back_at.is_(None))
    states = session.execute(select(FirstResponder.state).where(*asked)).scalars()
    rules.check_submission(law, stage, states, made_elsewhere=new_step.made_elsewhere)
    basis = rules.basis(law, stage, new_step, age)
    step = IdentificationStep(id=new_id(), case_id=case_id, basis=basis, **new_step.stored())
    session.add(step)
    fact = fact_events.of_step(case_id, step.id, stage.kind, fields(step))
    standing = facts.standing(session, [case_id])
    if stage.kind == "decision":
        check_named_referral(standing, fact)
    again = rules.looked_at_again(law, [*standing, fact]).get(step.id)
    fact = fact_events.of_step(case_id, step.id, stage.kind, {**fields(step), "reconsidered": again})
    same = alike(session, fact)
    facts.note(session, fact, now=now, by=UUID(by.subject))
    bump(session, case_id)
    record(session, case_id, [_announcement(stage, case.jurisdiction, step, again)])
    settle(session, case_id, now)
    return Created(step.id, same)


def _new_step(command: RecordStep, now: datetime, jurisdiction: str) -> rules.NewStep:
    stated = command.stored(authority=command.authority or command.decided_by)
    del stated["decided_by"]
    today = dates.today(now, jurisdiction)
    times = {name: stated[name] for name in ("occurred_on", "received_on", "happened", "learnt", "made_elsewhere")}
    return rules.NewStep(**{**stated, **rules.step_times(**times, now=now, today=today, jurisdiction=jurisdiction)})


def correct_step(
    session: Session, case_id: UUID, step_id: UUID, command: CorrectStep, now: datetime, *, by: Principal
) -> UUID:
    """Withdraw a step that was recorded wrongly: it stays stored, without effect.

    Raises `NotFound`, `StepForbidden`.
    """
    step = record_of(session, IdentificationStep, case_id, step_id)
    reason = rules.FACT_REASONS.get(command.reason, command.reason)
    correction, _ = _take_back(session, step, command.reason, reason, now, by=UUID(by.subject))
    settle(session, case_id, now)
    bump(session, case_id)
    return correction


def correct_step_fact(
    session: Session, case_id: UUID, step_id: UUID, command: CorrectFact, now: datetime, *, by: UUID
) -> Fact:
    """Correct the fact of a step together with the step, or take both back. Return the fact's current state.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    step, case = record_of(session, IdentificationStep, case_id, step_id), session.get_one(Case, case_id)
    if takes_back(command.reason, command.changes, withdrawn=command.withdrawn):
        return _take_back(session, step, rules.step_reason(command.reason), command.reason, now, by=by)[1]
    law, code, authority = profile(case.jurisdiction), command.stage or step.stage, command.authority or step.authority
    is_decision = code in law.stages and law.stage(code).kind == "decision"
    outcome = command.outcome or (step.outcome if is_decision else None)
    stage = rules.checked_stage(law, code, outcome, authority)
    without = () if is_decision else ("outcome",)
    fact = correct(session, case_id, step_id, command, now, by=by, kind=stage.kind, without=without)
    step.stage, step.outcome, step.authority = code, outcome, authority
    step.happened, step.learnt, step.about = fact.happened, fact.learnt, fact.about
    step.dublin, step.foreigner = fact.codes.get("dublin"), fact.codes.get("foreigner")
    step.occurred_on = dates.local_day(fact.happened, case.jurisdiction)
    if fact.learnt is not None:
        step.received_on = earliest(str(dates.local_day(fact.learnt, case.jurisdiction)))
    return fact


def _take_back(
    session: Session, step: IdentificationStep, step_reason: str, reason: str, now: datetime, *, by: UUID
) -> tuple[UUID, Fact]:
    standing, case_id = facts.latest(session, step.case_id, step.id), step.case_id
    check_stands(withdrawn=standing.withdrawn)
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    payload = {"step": step.id, "reason": step_reason, "corrected_on": today}
    correction = StepCorrection(id=new_id(), case_id=case_id, by=by, **payload)
    session.add(correction)
    record(session, case_id, [Announcement("identification.corrected", {**payload, "stage": step.stage})])
    [taken] = take_back(session, [standing], reason, now, by=by)
    return correction.id, taken


def settle(session: Session, case_id: UUID, now: datetime) -> None:
    """Derive from the steps of a case which decision each reconsideration is about, and the periods."""
    law = profile(session.get_one(Case, case_id).jurisdiction)
    standing = facts.standing(session, [case_id])
    again = rules.looked_at_again(law, standing)
    for fact in standing:
        if fact.codes.get("reconsiders") != again.get(fact.id):
            # The recorded revision, because a fact that is alike can have been learnt earlier.
            stated = facts.latest(session, case_id, fact.id)
            codes = {name: code for name, code in stated.codes.items() if name != "reconsiders"}
            reconsidered = {"reconsiders": again[fact.id]} if fact.id in again else {}
            restate(session, replace(stated, codes={**codes, **reconsidered}), "learnt_more", now, by=None)
    KEEPING.derive(session, case_id, now)


def codes_consented_to(session: Session, case: UUID, purpose: str, today: date) -> set[str]:
    """Return the codes under which the law names the agencies that the person consents to for a purpose.

    They are codes of authorities and first responders. An agency that the law does not name has none.
    """
    standing = valid_consents(session, case, standing_consents(session, case, today), today)
    consented_to = {consent.agency for consent in standing if purpose in consent.purposes}
    found = [agency for agency in (agencies.find(session, each) for each in consented_to) if agency is not None]
    return {code for agency in found for code in (agency.authority, agency.first_responder) if code is not None}


def _announcement(stage: Stage, jurisdiction: str, step: IdentificationStep, reconsidered: str | None) -> Announcement:
    payload = {"jurisdiction": jurisdiction, "step": step.id, **fields(step)}
    del payload["id"]
    if stage.kind == "decision":
        return Announcement("identification.decided", {**payload, "reconsidered": reconsidered})
    del payload["outcome"]
    return Announcement("identification." + ("submitted" if stage.kind == "submission" else "step_recorded"), payload)


def extend_clock(
    session: Session, case_id: UUID, clock: UUID, command: ExtendClock, now: datetime, *, by: Principal
) -> Shown:
    """Record that a period was extended to a later day.

    Its rule must allow that. Raises `NoSuchDeadline` and `DeadlineForbids`.
    """
    decided = by_decision.extend(session, KEEPING, case_id, clock, command.until, now=now, by=UUID(by.subject))
    record_change(session, case_id, [fact_events.announcement_of(decided.fact)])
    return {"id": clock, "due_on": decided.due_on, "has_effect": decided.has_effect}


def project_advice(session: Session, events: Sequence[Received]) -> None:
    """Store that legal recorded advice, also for cases that have not reached intake yet."""
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

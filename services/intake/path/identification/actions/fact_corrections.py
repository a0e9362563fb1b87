"""Correct facts together with the records that state them. None commits."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.facts.case.actions import contact_changed
from services.intake.facts.case.models import Case, bump
from services.intake.facts.detection.actions import correct_stated_fact, detection_of
from services.intake.facts.fact import actions as fact
from services.intake.facts.fact.schemas import CorrectFact
from services.intake.facts.person.actions import part, recorded, take_age
from services.intake.path.identification import rules
from services.intake.path.identification.actions.steps import correct_step_fact, settle
from services.intake.path.identification.rules import STEPS
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.fact_rules import takes_back
from shared.deadlines import facts
from shared.deadlines.facts import Fact
from shared.exchange.eventlog import record
from shared.http import Created


def correct_fact(
    session: Session, case_id: UUID, fact_id: UUID, command: CorrectFact, now: datetime, *, by: Principal
) -> Created:
    """Correct or withdraw a fact, with a reason; earlier revisions stay, and periods are recalculated.

    Return its current state. Raises `NoSuchFact`, `StepForbidden`, `FactRefused`.
    """
    standing, caller = facts.latest(session, case_id, fact_id), UUID(by.subject)
    detection = detection_of(session, standing)
    if standing.kind in STEPS:
        corrected = correct_step_fact(session, case_id, fact_id, command, now, by=caller)
    elif detection is not None:
        corrected = correct_stated_fact(session, detection, standing, command, now, by=caller)
    elif standing.kind in (rules.LAW, rules.PERSON):
        corrected = _of_case(session, standing, command, now, by=caller)
    else:
        corrected = fact.correct(session, case_id, fact_id, command, now, by=caller)
    settle(session, case_id, now)
    bump(session, case_id)
    return Created(corrected.id, body=corrected)


def _of_case(session: Session, standing: Fact, command: CorrectFact, now: datetime, *, by: UUID) -> Fact:
    """Correct the law of a case, or the stated age of its person."""
    case = session.get_one(Case, standing.case)
    withdrawn = takes_back(command.reason, command.changes, withdrawn=command.withdrawn)
    rules.check_taken_back(standing.kind, takes_back=withdrawn)
    if standing.kind == rules.LAW:
        corrected = fact.correct(session, case.id, standing.id, command, now, by=by)
        case.jurisdiction = fact.law_on(session, case.id, dates.today(now, case.jurisdiction)) or case.jurisdiction
        record(session, case.id, [contact_changed(case)])
        return corrected
    if command.age is not None:
        birth = part(session, case.id, "birth")
        rules.check_age_is_stated(born=birth is not None and birth["date"] is not None)
        take_age(session, case, command.age, now, by=by)
        # The fact states the age by which the person is treated.
        command = replace(command, age=case.age)
        record(session, case.id, [recorded(session, case)])
    return fact.correct(session, case.id, standing.id, command, now, by=by)

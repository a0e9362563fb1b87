"""Correct an opening, record the person's choice of anonymity, and change the law. No function commits."""

from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.cases.lifecycle import rules
from services.intake.cases.lifecycle.models import AnonymityChoice
from services.intake.cases.lifecycle.schemas import ChangeLaw, ChooseAnonymity, CorrectOpening
from services.intake.facts.case.actions import contact_changed
from services.intake.facts.case.models import Case, Correction, bump
from services.intake.facts.fact import actions as fact
from services.intake.facts.person.actions import part
from services.intake.path.identification.actions import settle
from shared.access.tokens import Principal
from shared.casework import corrections, dates
from shared.casework.corrections import Correctable
from shared.deadlines import fact_events, facts
from shared.deadlines.facts import Fact
from shared.events.envelope import new_id
from shared.exchange.eventlog import record

#: The record class of an opening.
_CONTACT = "contact"


def correct_opening(session: Session, case_id: UUID, command: CorrectOpening, now: datetime, *, by: Principal) -> UUID:
    """Put right what was stated at the opening, with the reason; what stood there is kept, marked.

    Return the correction's id. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_stays(takes_back=command.reason in corrections.TAKES_BACK)
    rules.check_opened_on(command.opened_on, today, case.closed_on)
    opening = cast("Correctable", case)  # it can't be taken back, and its `case_id` is its own id
    corrected = corrections.put_right(session, Correction, opening, _CONTACT, command, now=now, today=today, by=by)
    record(session, case_id, [corrected.announcement, contact_changed(case)])
    if "opened_on" in corrected.was:
        _correct_opening_facts(session, case, command.reason, now, by=UUID(by.subject))
        settle(session, case_id, now)
    bump(session, case_id)
    return corrected.id


def choose_anonymity(
    session: Session, case_id: UUID, command: ChooseAnonymity, now: datetime, *, by: Principal
) -> UUID:
    """Record whether the person wants to stay without a name, as they choose now, and why.

    Return the choice's id. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    chosen_on = dates.dated("chosen_on", command.chosen_on, dates.today(now, case.jurisdiction))
    rules.check_choice(before=case.anonymous, chosen=command.anonymous, names=part(session, case_id, "names") or [])
    case.anonymous = command.anonymous
    stored = command.stored(chosen_on=chosen_on)
    choice = AnonymityChoice(id=new_id(), case_id=case_id, recorded_by=UUID(by.subject), **stored)
    session.add(choice)
    record(session, case_id, [contact_changed(case)])
    bump(session, case_id)
    return choice.id


def change_law(session: Session, case_id: UUID, command: ChangeLaw, now: datetime, *, by: Principal) -> UUID:
    """Record that another law counts from a day on; what began before goes on under its own.

    Return the fact's id. Periods that began before go on under the law under which they
    began. Raises `FactRefused`, `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_law(case.jurisdiction, command.jurisdiction, command.since, case.opened_on, today)
    law = Fact(
        id=new_id(),
        case=case_id,
        kind="law",
        happened=command.since.isoformat(),
        learnt=today.isoformat(),
        codes={"jurisdiction": command.jurisdiction},
    )
    fact.announce(session, [law], now, by=UUID(by.subject))
    case.jurisdiction = command.jurisdiction
    record(session, case_id, [contact_changed(case)])
    settle(session, case_id, now)
    bump(session, case_id)
    return law.id


def _correct_opening_facts(session: Session, case: Case, reason: str, now: datetime, *, by: UUID) -> None:
    """Correct the day of the opening in the facts that the opening stated. Their other values stay."""
    of_opening = {fact_events.law_fact(case.id), fact_events.person_fact(case.id)}
    for stated in facts.standing(session, [case.id]):
        if stated.id in of_opening:
            fact.restate(session, replace(stated, happened=case.opened_on.isoformat()), reason, now, by=by)

"""Derive legal's deadlines, and record decisions that pause, resume or extend one.

Each such decision is a fact. Deadlines follow from it as from any other fact. A decision that comes too late to have an
effect is stored, and the response reports that.

The month of the person's birth is stored encrypted. Intake is asked again whenever it may have changed.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, Case
from services.legal.cases.deadline.hooks import ADOPTED, Adoption
from services.legal.cases.deadline.models import BirthInquiry, BirthMonth
from services.legal.cases.deadline.schemas import ExtendClock, PauseClock, ResumeClock
from shared import deadlines, encryption
from shared.access import joined_cases
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework import inquiries
from shared.casework.dates import dated
from shared.casework.facts import CaseFacts
from shared.casework.inquiries import Answer
from shared.casework.joined import sights as joined_sights
from shared.deadlines import Decided, Explaining, by_decision, fact_events, time_source
from shared.encryption import Cell
from shared.events.contract import Received
from shared.exchange import eventlog
from shared.exchange.follower import Reaction

#: The month of birth: the cases of which it is still to be requested, the service that has it, and its address there.
INQUIRY: Final = BirthInquiry

SOURCE: Final = "intake"

ADDRESS: Final = "/v1/cases/{case}/birth-month"


def joined(session: Session, case: UUID) -> list[UUID]:
    """Return the cases of one person that have arrived here, this one among them, in the order of their ids."""
    cases = joined_cases.joined(session, case)
    if len(cases) == 1:
        return cases
    arrived = set(session.scalars(select(Case.id).where(Case.id.in_(cases))))
    return [other for other in cases if other == case or other in arrived]


def birth_month(session: Session, case: UUID) -> str | None:
    """Return the month of the person's birth (`2008-09`), or only its year; None if it is unknown here."""
    stored = session.get(BirthMonth, case, populate_existing=True)
    return None if stored is None else encryption.of(session).unseal(case, _cell(case), stored.month)


KEEPING: Final = deadlines.Keeping("legal", CASES.lock, joined, birth_month)

_EXPLAINING: Final = Explaining(KEEPING.keeper, birth_month, shows_heard=True)

#: For the facts of other records: a claim, a request.
FACTS: Final = CaseFacts(CASES, KEEPING)


def adopt(session: Session, case: UUID, now: datetime) -> None:
    """Have the records of a locked case state their facts: older releases recorded them without."""
    ADOPTED.announce(session, Adoption(case, now))


def take_over_birth(session: Session, case: UUID, answer: Answer) -> None:
    """Store intake's answer about the person's birth, and derive the deadlines of the case again."""
    keep_answer(session, case, answer)
    KEEPING.derive(session, case, time_source.now(session))


def ends_by(session: Session, case: UUID, fact: UUID) -> list[str]:
    """Return whether the deadlines that a fact met were met in time, each as `yes`, `no` or `unknown`."""
    periods = deadlines.clocks.c
    met = (periods.state == "met") & periods.because.contains([str(fact)])
    ends = select(periods.in_time).where(periods.subject == case, met)
    return [in_time for in_time in session.scalars(ends) if in_time is not None]


def pause_clock(
    session: Session, case: UUID, clock: UUID, command: PauseClock, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Pause a deadline, if its rule allows that.

    Raises `NoSuchDeadline`, `DeadlineForbids` and `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    since = dated("since", command.since, today)
    decided = by_decision.pause(session, KEEPING, case, clock, since, now=now, by=UUID(by.subject))
    return {**_announced(session, clock, decided), "status": "paused"}


def resume_clock(
    session: Session, case: UUID, clock: UUID, command: ResumeClock, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Resume a paused deadline.

    Raises `NoSuchDeadline`, `DeadlineForbids` and `FactRefused`.
    """
    _case, today = CASES.begin_change(session, case, now)
    again = dated("again", command.again, today)
    decided = by_decision.resume(session, KEEPING, case, clock, again, now=now, by=UUID(by.subject))
    return _announced(session, clock, decided)


def extend_clock(
    session: Session, case: UUID, clock: UUID, command: ExtendClock, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Extend a deadline to a later day, if its rule allows that.

    Raises `NoSuchDeadline` and `DeadlineForbids`.
    """
    CASES.begin_change(session, case, now)
    decided = by_decision.extend(session, KEEPING, case, clock, command.until, now=now, by=UUID(by.subject))
    return _announced(session, clock, decided)


def explain_deadline(
    session: Session, case: UUID, clock: UUID, sight: Sight, now: datetime, *, by: Principal
) -> dict[str, Any]:
    """Explain the date of a deadline: facts, rule, readings, skipped days, pauses, and possible changes.

    Raises `NoSuchDeadline`.
    """
    others = joined_sights(session, CASES, case, sight, now, by=by)
    return _EXPLAINING.explain(session, case, clock, others, now)


def _announced(session: Session, clock: UUID, decided: Decided) -> dict[str, object]:
    """Publish the fact of a decision; return its effect on the deadline."""
    eventlog.record(session, decided.fact.case, [fact_events.announcement_of(decided.fact)])
    return {"id": clock, "due_on": decided.due_on, "has_effect": decided.has_effect}


def keep_answer(session: Session, case: UUID, answer: Answer) -> None:
    """Store intake's answer, encrypted. Delete the stored month if intake has none."""
    month = answer["month"]
    if month is None:
        session.execute(delete(BirthMonth).where(BirthMonth.case_id == case))
        return
    sealed = encryption.of(session).seal(case, _cell(case), str(month))
    new = insert(BirthMonth).values(case_id=case, month=sealed)
    session.execute(new.on_conflict_do_update(index_elements=[BirthMonth.case_id], set_={"month": new.excluded.month}))


def ask_anew(session: Session, received: Received) -> None:
    """Ask intake for the month of birth after the identity was recorded. No event contains the birth."""
    inquiries.ask(session, BirthInquiry, received.subject)


def _cell(case: UUID) -> Cell:
    return Cell("birth_months", "month", case)


REACTIONS: Final = (Reaction("birth", "intake.person.recorded", ask_anew),)

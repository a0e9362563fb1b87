"""Agree, correct and reopen safety plans. No event contains their content."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change, sealed, unsealed
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import Answered
from services.support.cases.safety import rules
from services.support.cases.safety.models import SafetyPlan
from services.support.cases.safety.schemas import AgreeSafetyPlan, CorrectSafetyPlan, ReopenSafetyPlan
from services.support.cases.task.actions import finish_task, set_task
from shared.access.views import Shown
from shared.casework import corrections
from shared.casework.corrections import Correct
from shared.casework.danger import report
from shared.encryption import Cell
from shared.events.contract import Received
from shared.events.envelope import new_id
from shared.exchange.follower import Reaction
from shared.privacy import erasure
from shared.store.database import NamedRow

STEPS: Final = "steps"
CODE_WORD: Final = "code_word"
_SEALED: Final = (STEPS, CODE_WORD)


def agree_safety_plan(change: Change, command: AgreeSafetyPlan) -> UUID:
    """Record a safety plan that was made with the person; it replaces the previous plan.

    Return its id. Raises `FactRefused`.
    """
    stored, plan_id = change.recorded(command, "agreed_on"), new_id()
    rules.check_steps(command.steps)
    stored["review_on"] = rules.review_day(stored["agreed_on"], command.review_on)
    stored.update(_sealed_parts(change.session, change.case, plan_id, stored))
    change.session.add(SafetyPlan(id=plan_id, case_id=change.case, **stored))
    _update_review_task(change.session, change.case, change.today)
    return plan_id


def correct_safety_plan(change: Change, plan_id: UUID, command: CorrectSafetyPlan) -> UUID:
    """Correct or withdraw a safety plan.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    plan = change.one(SafetyPlan, plan_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=plan.taken_back_at is not None, changes=stated)
    rules.check_steps(command.steps or ())
    day = change.corrected_day("agreed_on", plan, command)
    stated["review_on"] = rules.review_day(day, command.review_on or min(plan.review_on, day + rules.LONGEST_REST))
    stated.update(_sealed_parts(change.session, change.case, plan.id, stated))
    return change.correct(
        plan,
        "safety_plan",
        Correct(reason=command.reason),
        lambda _: _update_review_task(change.session, change.case, change.today),
        **{**stated, "agreed_on": day},
    )


def reopen_safety_plan(change: Change, command: ReopenSafetyPlan) -> UUID:
    """Reopen the safety plan for review after an event.

    Return the valid plan's id. Raises `StepForbidden`.
    """
    plan = valid_plan(change.session, change.case)
    rules.check_counts(is_there=plan is not None)
    reopen(change.session, change.case, command.reason, change.today)
    if plan is not None:
        report(change.session, plan, "reopened_by", now=command.reason, time=change.version)
    return plan.id if plan is not None else change.case


def reopen(session: Session, case: UUID, reason: str, today: date) -> None:
    """Set the review of the valid plan, if there is one, to today. The caller has locked the case."""
    plan = valid_plan(session, case)
    if plan is not None and plan.reopened_on is None:
        plan.reopened_on, plan.reopened_by = today, reason
        set_task(session, case, rules.REVIEW, case, today)


def ask_for_plan(session: Session, case: UUID, overall_risk: str, today: date) -> None:
    """Set a task if a person at high risk has no safety plan. The caller has locked the case."""
    if valid_plan(session, case) is None and rules.wants_plan(overall_risk):
        set_task(session, case, rules.WANTED, case, today)


def valid_plan(session: Session, case: UUID) -> SafetyPlan | None:
    """Return the valid plan: the latest one that was not withdrawn; None if there is none."""
    session.flush()
    standing = select(SafetyPlan).where(SafetyPlan.case_id == case, SafetyPlan.taken_back_at.is_(None))
    return session.scalars(standing.order_by(SafetyPlan.agreed_on.desc(), SafetyPlan.id.desc()).limit(1)).first()


def read_code_word(session: Session, case: UUID) -> tuple[Shown, int]:
    """Return the code word for a call to the person now; each read is audited.

    It is the code word of the valid plan, None if there is none.
    """
    plan = valid_plan(session, case)
    word: str | None = None if plan is None else unsealed(session, case, _cell(plan.id, CODE_WORD), plan.code_word)
    return {"code_word": word}, CASES.version(session, case)


# control: H-CONFIDENTIALITY-10 hold-keeps-no-code-word
def forget_code_words(session: Session, received: Received) -> None:
    """Delete the code words of a case when its erasure is delayed by a legal hold that needs the support file."""
    session.execute(update(SafetyPlan).where(SafetyPlan.case_id == received.subject).values(code_word=None))


def regions_to_avoid(session: Session, case: UUID) -> frozenset[str]:
    """Return the regions where the person is not safe, from the valid plan."""
    plan = valid_plan(session, case)
    steps = [] if plan is None else unsealed(session, case, _cell(plan.id, STEPS), plan.steps) or []
    return frozenset(step["region"] for step in steps if step["part"] == rules.STAY_AWAY and step.get("region"))


def with_steps(session: Session, case: UUID, plans: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's safety plans with unsealed steps."""
    return [
        {**row, STEPS: [_complete(step) for step in unsealed(session, case, _cell(row["id"], STEPS), row[STEPS]) or ()]}
        for row in plans
    ]


def _complete(step: Answered) -> dict[str, object]:
    """Return a step with null for missing fields, and its day as a date."""
    until = step.get("until")
    unsaid = dict.fromkeys(("text", "place_kind", "region"))
    return {**unsaid, **step, "until": None if until is None else date.fromisoformat(until)}


def _update_review_task(session: Session, case: UUID, today: date) -> None:
    """Set the task to review the valid plan, or finish it."""
    plan = valid_plan(session, case)
    if plan is None:
        finish_task(session, case, rules.REVIEW, case, today)
        return
    finish_task(session, case, rules.WANTED, case, today)
    set_task(session, case, rules.REVIEW, case, plan.review_on if plan.reopened_on is None else today)


def _sealed_parts(session: Session, case: UUID, plan: UUID, stated: Answered) -> dict[str, bytes | None]:
    """Return the sealed values of the stated ones."""
    parts: dict[str, bytes | None] = {}
    for name in _SEALED:
        if stated.get(name) is not None:
            words = [_plain(step) for step in stated[name]] if name == STEPS else stated[name]
            parts[name] = sealed(session, case, _cell(plan, name), words)
    return parts


def _plain(step: Answered) -> dict[str, object]:
    """Return a step as JSON values."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in step.items()}


def _cell(plan: UUID, column: str) -> Cell:
    return Cell("safety_plans", column, plan)


REACTIONS: Final = (Reaction("forget_code_words", f"intake.{erasure.HELD.name}", forget_code_words, ahead=True),)

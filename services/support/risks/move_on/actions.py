"""Agree, check in, close with care and reopen plans for moving on. Events only state that there is a task."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import Entries
from services.support.cases.safety.actions import reopen
from services.support.cases.task.actions import finish_task, set_task
from services.support.risks.assessment.actions.reading import last_risk
from services.support.risks.move_on import rules
from services.support.risks.move_on.models import CheckIn, Transition
from services.support.risks.move_on.rules import Attempt
from services.support.risks.move_on.schemas import (
    AgreeTransition,
    CloseTransition,
    CorrectCheckIn,
    CorrectTransition,
    TryCheckIn,
)
from shared.access.permissions import Relation
from shared.casework.cases import one
from shared.store.database import NamedRow

_MOVE: Final = "move"
OUTCOMES: Final = "outcomes"


def agree_transition(change: Change, command: AgreeTransition) -> UUID:
    """Record a plan for moving on: which help continues with whom, and the days of check-ins.

    Return its id. The safety plan is reopened for review. Raises `FactRefused`.
    """
    stored = change.recorded(command, "agreed_on") | {OUTCOMES: _as_json(command.outcomes)}
    transition = change.add(Transition, state=rules.RUNS, check_ins_done=0, **stored)
    reopen(change.session, change.case, _MOVE, change.today)
    _update_tasks(transition, change)
    return transition.id


def try_check_in(change: Change, transition_id: UUID, command: TryCheckIn) -> UUID:
    """Record an attempt to check in with the person in a safe way.

    Return its id. If the person was reached after leaving, the next check-in becomes due. If they are not safe, the
    record raises an alert. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    transition = _of_state(change.session, change.case, transition_id, rules.RUNS)
    stored = change.recorded(command, "tried_on")
    check_in = change.add(CheckIn, transition=transition.id, **stored)
    if command.reached:
        transition.closing_because = transition.closing_proposed_by = None
    _update_tasks(transition, change)
    return check_in.id


def close_transition(change: Change, transition_id: UUID, command: CloseTransition) -> None:
    """End the check-ins: at once, or by a second person if contact was lost or the risk is high.

    Support continues when the person comes back. Raises `NotFound`, `StepForbidden`.
    """
    transition, who = _of_state(change.session, change.case, transition_id, rules.RUNS), UUID(change.by.subject)
    rules.check_lost(command.closing_because, _attempts(change.session, transition))
    first = transition.closing_proposed_by
    needs_second = rules.takes_two(command.closing_because, last_risk(change.session, change.case))
    if needs_second and (first is None or transition.closing_because != command.closing_because):
        transition.closing_because, transition.closing_proposed_by = command.closing_because, who
    else:
        if needs_second and first is not None:
            on_team = CASES.relations(change.session, [change.case], change.by).get(change.case) is Relation.TEAM
            rules.check_second(first, who, on_team=on_team)
        transition.closing_because, transition.state = command.closing_because, rules.CLOSED
        transition.closed_by, transition.closed_on = who, change.today
    _update_tasks(transition, change)


def come_back(change: Change, transition_id: UUID) -> None:
    """Record that the person came back; they are not asked for their story again.

    One member is enough, and no question is required. Raises `NotFound`, `StepForbidden`.
    """
    transition = _of_state(change.session, change.case, transition_id, rules.RUNS, rules.CLOSED)
    transition.state, transition.came_back_on = rules.BACK, change.today
    reopen(change.session, change.case, _MOVE, change.today)
    _update_tasks(transition, change)


def correct_transition(change: Change, transition_id: UUID, command: CorrectTransition) -> UUID:
    """Correct or withdraw a plan for moving on; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    transition = change.one(Transition, transition_id)
    day = change.corrected_day("agreed_on", transition, command)
    outcomes = transition.outcomes if command.outcomes is None else _as_json(command.outcomes)
    return change.correct(
        transition,
        "transition",
        command,
        lambda _: _update_tasks(transition, change),
        agreed_on=day,
        outcomes=outcomes,
    )


def correct_check_in(change: Change, check_in_id: UUID, command: CorrectCheckIn) -> UUID:
    """Correct or withdraw a check-in attempt; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    check_in = change.one(CheckIn, check_in_id)
    transition = change.one(Transition, check_in.transition)
    if transition.state == rules.RUNS and command.reached:
        transition.closing_because = transition.closing_proposed_by = None
    return change.correct_dated(
        "tried_on", check_in, "check_in", command, after=lambda _: _update_tasks(transition, change)
    )


def with_outcomes(rows: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of plans for the view: each outcome with its agency or null."""
    return [{**row, OUTCOMES: [{"agency": None, **outcome} for outcome in row[OUTCOMES]]} for row in rows]


def _as_json(outcomes: Entries) -> Entries:
    return [{name: str(value) if isinstance(value, UUID) else value for name, value in one.items()} for one in outcomes]


def _of_state(session: Session, case: UUID, transition_id: UUID, *states: str) -> Transition:
    """Return a plan in one of these states. Raises `NotFound`, `StepForbidden`."""
    transition = one(session, Transition, case, transition_id)
    rules.check_state(transition.state, *states, taken_back=transition.taken_back_at is not None)
    return transition


def _attempts(session: Session, transition: Transition) -> list[Attempt]:
    counts = (CheckIn.transition == transition.id, CheckIn.taken_back_at.is_(None))
    attempts = (Attempt(row.tried_on, row.way, row.reached) for row in session.scalars(select(CheckIn).where(*counts)))
    return rules.since_leaving(transition.leaves_on, attempts)


def _update_tasks(transition: Transition, change: Change) -> None:
    """Set the tasks for the next check-in and for the second person's review, or finish them."""
    change.session.flush()
    # Counted again, because attempts can be recorded late, corrected or withdrawn.
    transition.check_ins_done = sum(attempt.reached for attempt in _attempts(change.session, transition))
    runs = transition.state == rules.RUNS and transition.taken_back_at is None
    due_on = rules.next_check_in(transition.leaves_on, transition.check_in_after, transition.check_ins_done)
    if runs and due_on is not None:
        set_task(change.session, change.case, rules.CHECK_IN, transition.id, due_on)
    else:
        finish_task(change.session, change.case, rules.CHECK_IN, transition.id, change.today)
    if runs and transition.closing_proposed_by is not None:
        set_task(change.session, change.case, rules.SECOND_LOOK, transition.id, change.today)
    else:
        finish_task(change.session, change.case, rules.SECOND_LOOK, transition.id, change.today)

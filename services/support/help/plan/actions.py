"""Record and correct support plans; state, update, rate and correct goals. No event contains a goal's content."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.support.cases.case.actions import Change, sealed, unsealed
from services.support.cases.case.rules import Answered
from services.support.cases.task.actions import finish_task, set_task
from services.support.help.plan import rules
from services.support.help.plan.events import PlanAgreed
from services.support.help.plan.models import Goal, SupportPlan
from services.support.help.plan.schemas import AgreePlan, CorrectGoal, CorrectPlan, ProgressGoal, RateGoal, StateGoal
from shared.access.views import shown
from shared.casework import corrections
from shared.casework.corrections import Correct
from shared.encryption import Cell
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.http import Created
from shared.store.database import NamedRow

CONTENT: Final = "content"

_DAYS: Final = ("until", "done_on", "rated_on")


def agree_plan(change: Change, command: AgreePlan) -> Created:
    """Record a support plan that was agreed with the person.

    Return its id, and that of an earlier equal record. Raises `FactRefused`.
    """
    stored = change.recorded(command, "agreed_on")
    rules.check_review(stored["agreed_on"], command.review_on)
    plan = change.add(SupportPlan, **stored)
    alike = change.alike(plan, "agreed_on", ("goal_types", "review_on"))
    change.announce(_announcement(plan))
    return Created(plan.id, alike)


def correct_plan(change: Change, plan_id: UUID, command: CorrectPlan) -> UUID:
    """Correct or withdraw a plan; the earlier values are kept.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    plan = change.one(SupportPlan, plan_id)
    return change.correct_dated(
        "agreed_on",
        plan,
        "plan",
        command,
        check=lambda day: rules.check_review(day, command.review_on or plan.review_on),
        after=lambda corrected: eventlog.record(
            change.session, change.case, [] if corrected.takes_back else [_announcement(plan)]
        ),
    )


def _announcement(plan: SupportPlan) -> Announcement:
    return Announcement("plan.agreed", shown(plan, PlanAgreed, plan=plan.id))


def state_goal(change: Change, command: StateGoal) -> UUID:
    """Record a goal in the person's own words.

    Return its id. Raises `FactRefused`.
    """
    stored, goal_id = change.recorded(command, "stated_on"), new_id()
    rules.check_goal_review(stored["stated_on"], command.review_on)
    content = {"words": stored.pop("words"), "steps": stored.pop("steps"), "ratings": []}
    goal = change.add(Goal, id=goal_id, content=_sealed(change.session, change.case, goal_id, content), **stored)
    _update_review_task(change.session, goal, change.today)
    return goal_id


def progress_goal(change: Change, goal_id: UUID, command: ProgressGoal) -> None:
    """Record the progress of a goal: its steps, and whether it is reached, changed, put aside or refused.

    Raises `NotFound`, `FactRefused`.
    """
    goal = change.one(Goal, goal_id)
    rules.check_goal_review(goal.stated_on, command.review_on)
    goal.state, goal.review_on = command.state or goal.state, command.review_on or goal.review_on
    if command.steps is not None:
        content = _content(change.session, change.case, goal.id, goal.content)
        goal.content = _sealed(change.session, change.case, goal.id, {**content, "steps": command.steps})
    goal.revision += 1
    _update_review_task(change.session, goal, change.today)


def rate_goal(change: Change, goal_id: UUID, command: RateGoal) -> None:
    """Record how near the goal is, from 0 to 10, as the person rates it.

    Raises `NotFound`, `FactRefused`.
    """
    goal = change.one(Goal, goal_id)
    day = change.stated("rated_on", command.rated_on)
    content = _content(change.session, change.case, goal.id, goal.content)
    rated = [*content["ratings"], {"rating": command.rating, "rated_on": day.isoformat()}]
    ratings = sorted(rated, key=lambda rating: str(rating["rated_on"]))
    goal.content = _sealed(change.session, change.case, goal.id, {**content, "ratings": ratings})
    goal.revision += 1


def correct_goal(change: Change, goal_id: UUID, command: CorrectGoal) -> UUID:
    """Correct or withdraw a goal.

    Return the correction's id. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    goal = change.one(Goal, goal_id)
    stated = corrections.stated(command)
    corrections.check(command, taken_back=goal.taken_back_at is not None, changes=stated)
    day, words = change.corrected_day("stated_on", goal, command), stated.pop("words", None)
    if words is not None:
        content = _content(change.session, change.case, goal.id, goal.content)
        stated[CONTENT] = _sealed(change.session, change.case, goal.id, {**content, "words": words})
    return change.correct(
        goal,
        "goal",
        Correct(reason=command.reason),
        lambda _: _update_review_task(change.session, goal, change.today),
        **{**stated, "stated_on": day},
    )


def _update_review_task(session: Session, goal: Goal, today: date) -> None:
    due = None if goal.taken_back_at is not None else rules.review_due(goal.state, goal.review_on)
    if due is None:
        finish_task(session, goal.case_id, rules.REVIEW, goal.id, today)
    else:
        set_task(session, goal.case_id, rules.REVIEW, goal.id, due)


def with_content(session: Session, case: UUID, goals: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the rows of a case's goals with their words, steps and ratings."""
    opened = ((row, _content(session, case, row["id"], row[CONTENT])) for row in goals)
    return [
        {
            **{name: value for name, value in row.items() if name != CONTENT},
            "words": content.get("words"),
            "steps": [_dated(step, "text", "who", "until", "done_on") for step in content.get("steps", ())],
            "ratings": [_dated(rating, "rating", "rated_on") for rating in content.get("ratings", ())],
            "outcome": rules.OUTCOMES.get(row["goal_type"]),
            "change": rules.change_of(content.get("ratings", ())),
        }
        for row, content in opened
    ]


def _dated(entry: Answered, *names: str) -> dict[str, object]:
    """Return these fields of an entry, null for missing ones, with days as dates."""
    days = {name: date.fromisoformat(entry[name]) for name in _DAYS if entry.get(name) is not None}
    return {**{name: entry.get(name) for name in names}, **days}


def _content(session: Session, case: UUID, goal: UUID, stored: bytes) -> Answered:
    content: Answered = unsealed(session, case, Cell("goals", CONTENT, goal), stored)
    return content


def _sealed(session: Session, case: UUID, goal: UUID, content: Answered) -> bytes:
    plain = {
        name: [_plain(entry) for entry in value] if isinstance(value, list) else value
        for name, value in content.items()
    }
    return sealed(session, case, Cell("goals", CONTENT, goal), plain)


def _plain(entry: Answered) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in entry.items()}

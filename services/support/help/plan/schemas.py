"""The commands and views of support plans and goals. Sealed fields are declared here, others on columns (`models`)."""

from datetime import date
from typing import Final

from marshmallow import Schema, ValidationError, fields, validate

from services.support.cases.case.models import SCORES
from services.support.cases.case.rules import Entries
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.plan import models
from services.support.help.plan.models import SupportPlan
from services.support.help.plan.rules import HIGHEST
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Day
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes


class AgreePlan(Timed):
    """Record a plan that was agreed with the person."""

    goal_types: list[str] = required(SupportPlan.goal_types)
    review_on: date | None = optional(SupportPlan.review_on, default=None)
    person_has_copy: bool = required(SupportPlan.person_has_copy)
    agreed_on: date | None = optional(SupportPlan.agreed_on, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan without goals. Raises `ValidationError`."""
        if not self.goal_types:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class CorrectPlan(CorrectTimed):
    """Correct a plan. Omitted values stay unchanged; the goals are replaced as a whole."""

    goal_types: list[str] | None = optional(SupportPlan.goal_types, default=None)
    review_on: date | None = optional(SupportPlan.review_on, default=None)
    person_has_copy: bool | None = optional(SupportPlan.person_has_copy, default=None)
    agreed_on: date | None = optional(SupportPlan.agreed_on, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan without goals. Raises `ValidationError`."""
        if self.goal_types == []:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class Plan(View, of=SupportPlan):
    """A plan in the support file."""


_ACCOUNT: Final = FieldClass.ACCOUNT

_SEALED: Final = FieldClass.PRIVILEGED

MOST_STEPS: Final = 30

WORDS = declare(Words(1_000), _ACCOUNT, "The person's wish, in their words.", example="Fictitious.")

RATING = declare(
    fields.Integer(strict=True, validate=validate.Range(0, HIGHEST)),
    _SEALED,
    "How near it is, by the person: 0 not at all, 10 there.",
    category=SCORES,
    example=4,
)

RATED_ON = declare(Day(), _SEALED, "The day of the rating, today by default.", category=SCORES)

_TEXT = declare(Words(500), _ACCOUNT, "What is done.", example="Fictitious.")

_WHO = declare(Code(codes("step_doer")), _ACCOUNT, "Who does it.")

_UNTIL = declare(nullable(Day()), _ACCOUNT, "By which day.")

_DONE_ON = declare(nullable(Day()), _ACCOUNT, "The day on which it was done.")


class StepBody(Schema):
    """One step towards a goal."""

    text = _TEXT
    who = _WHO
    until = Day()
    done_on = Day()


class Step(View):
    """One step towards a goal in the support file."""

    text = _TEXT
    who = _WHO
    until = _UNTIL
    done_on = _DONE_ON


class Rating(View):
    """How near a goal was, rated by the person."""

    rating = RATING
    rated_on = RATED_ON


STEPS = declare(
    BoundedList(fields.Nested(StepBody), MOST_STEPS),
    _ACCOUNT,
    "The steps towards it, stated as a whole.",
    example=[{"text": "Fictitious.", "who": "worker"}],
)


class StateGoal(Timed):
    """State a goal of the person."""

    goal_type: str = required(models.Goal.goal_type)
    words: str = required(WORDS)
    state: str = optional(models.Goal.state, default="wanted")
    steps: Entries = optional(STEPS, default_factory=list)
    stated_on: date | None = optional(models.Goal.stated_on, default=None)
    review_on: date | None = optional(models.Goal.review_on, default=None)


class RateGoal(Command):
    """Rate how near a goal is, in the person's view."""

    rating: int = required(RATING)
    rated_on: date | None = optional(RATED_ON, default=None)


class ProgressGoal(Command):
    """Update a goal. Omitted values stay unchanged."""

    state: str | None = optional(models.Goal.state, default=None)
    steps: Entries | None = optional(STEPS, default=None)
    review_on: date | None = optional(models.Goal.review_on, default=None)


class CorrectGoal(CorrectTimed):
    """Correct a goal. Omitted values stay unchanged."""

    goal_type: str | None = optional(models.Goal.goal_type, default=None)
    words: str | None = optional(WORDS, default=None)
    stated_on: date | None = optional(models.Goal.stated_on, default=None)


class Goal(View, of=models.Goal):
    """A goal in the support file."""

    outcome = declare(
        nullable(Code(codes("mscos_outcome"))), _ACCOUNT, "The outcome that matters to survivors to which it leads."
    )
    words = declare(nullable(Words(1_000)), _ACCOUNT, "The person's wish, in their words.", example="Fictitious.")
    steps = parts(Step)
    ratings = parts(Rating)
    change = declare(
        nullable(Code(codes("measure_change"))), _SEALED, "The last rating against the first.", category=SCORES
    )

"""Plans: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from marshmallow import ValidationError

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.contract import Codes, Day, Flag, Reference
from shared.http import optional, required
from shared.reference import codes

PLAN = declare(Reference(), FieldClass.ACCOUNT, "The plan.")
GOAL_TYPES = declare(Codes(codes("plan_type")), FieldClass.ACCOUNT, "What it works towards.")
REVIEW_ON = declare(nullable(Day()), FieldClass.ACCOUNT, "The day on which it is reviewed.", example="2026-06-02")
PERSON_HAS_COPY = declare(Flag(), FieldClass.ACCOUNT, "Whether the person has it in hand.")
AGREED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was agreed, today by default.")


class AgreePlan(Timed):
    """A plan agreed with the person."""

    goal_types: list[str] = required(GOAL_TYPES)
    review_on: date | None = optional(REVIEW_ON, default=None)
    person_has_copy: bool = required(PERSON_HAS_COPY)
    agreed_on: date | None = optional(AGREED_ON, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan that works towards nothing. Raises `ValidationError`."""
        if not self.goal_types:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class CorrectPlan(CorrectTimed):
    """What is so of a plan instead; what is left out stays as it is, and the goals are stated as a whole."""

    goal_types: list[str] | None = optional(GOAL_TYPES, default=None)
    review_on: date | None = optional(REVIEW_ON, default=None)
    person_has_copy: bool | None = optional(PERSON_HAS_COPY, default=None)
    agreed_on: date | None = optional(AGREED_ON, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan that works towards nothing. Raises `ValidationError`."""
        if self.goal_types == []:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class Plan(RecordView):
    """A plan as the case shows it."""

    id = PLAN
    goal_types = GOAL_TYPES
    review_on = REVIEW_ON
    person_has_copy = PERSON_HAS_COPY
    agreed_on = AGREED_ON

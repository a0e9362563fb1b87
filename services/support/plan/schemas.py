"""Plans: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from marshmallow import ValidationError

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Codes, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

PLAN = declare(Reference(), FieldClass.ACCOUNT, "The plan.")
GOAL_TYPES = declare(Codes(codes("plan_type")), FieldClass.ACCOUNT, "What it works towards.")
REVIEW_ON = declare(nullable(Day()), FieldClass.ACCOUNT, "The day on which it is reviewed.", example="2026-06-02")
PERSON_HAS_COPY = declare(Flag(), FieldClass.ACCOUNT, "Whether the person has it in hand.")
AGREED_ON = declare(Day(), FieldClass.ACCOUNT, "The day on which it was agreed, today by default.")


class AgreePlan(Command):
    """A plan agreed with the person."""

    goal_types: list[str] = required(GOAL_TYPES)
    review_on: date | None = optional(REVIEW_ON, default=None)
    person_has_copy: bool = required(PERSON_HAS_COPY)
    agreed_on: date | None = optional(AGREED_ON, default=None)

    def __post_init__(self) -> None:
        """Refuse a plan that works towards nothing. Raises `ValidationError`."""
        if not self.goal_types:
            raise ValidationError({"goal_types": ["needs at least one goal"]})


class Plan(View):
    """A plan as the case shows it."""

    id = PLAN
    goal_types = GOAL_TYPES
    review_on = REVIEW_ON
    person_has_copy = PERSON_HAS_COPY
    agreed_on = AGREED_ON

"""The commands and the view of support plans. Fields are declared on their columns (`models`)."""

from datetime import date

from marshmallow import ValidationError

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.plan.models import SupportPlan
from shared.access.views import View
from shared.http import optional, required


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

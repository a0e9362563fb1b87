"""The body of the request about a plan."""

from typing import Any

from marshmallow import Schema, ValidationError, validates

from shared.events.contract import Codes, Day, Flag
from shared.reference import codes


class AgreePlan(Schema):
    """A plan agreed with the person."""

    goal_types = Codes(codes("plan_type"), required=True)
    review_on = Day(allow_none=True)
    person_has_copy = Flag(required=True)
    agreed_on = Day()

    @validates("goal_types")
    def _needs_a_goal(self, value: list[str], **_options: Any) -> None:
        if not value:
            raise ValidationError("needs at least one goal")

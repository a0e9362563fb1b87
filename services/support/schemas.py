"""The bodies that support takes. Unknown fields are refused, and so is a value in the spelling of another type."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates

from shared.events.contract import Code, Codes, Day, Flag
from shared.http.words import Words
from shared.reference import codes

LONGEST_NOTE = 20_000


class Score(fields.Integer):
    """A whole number within bounds; JSON's true is none, though Python would count with it."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        """Set the bounds, both included."""
        message = f"must be a whole number from {lowest} to {highest}"
        super().__init__(strict=True, validate=validate.Range(lowest, highest, error=message), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        score: int = super()._deserialize(value, attr, data, **options)
        return score


class DeliverService(Schema):
    """A service that was given."""

    service_type = Code(codes("service_type"), required=True)
    urgent = Flag(required=True)
    delivered_on = Day()


class DomainScores(Schema):
    """One domain: need and risk from 0 to 4, the person's own priority from 1 to 5."""

    need = Score(0, 4, required=True)
    risk = Score(0, 4, required=True)
    priority = Score(1, 5)


class CompleteAssessment(Schema):
    """An assessment made with the person."""

    type = Code(codes("assessment_type"), required=True)
    domains = fields.Dict(
        keys=Code(codes("need_domain")),
        values=fields.Nested(DomainScores),
        required=True,
        validate=validate.Length(min=1, error="needs at least one domain"),
    )
    assessed_on = Day()


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


class StartCounselling(Schema):
    """A course of counselling that begins."""

    modality = Code(codes("counselling_modality"), required=True)
    started_on = Day()


class EndCounselling(Schema):
    """The end of a course."""

    reason = Code(codes("counselling_end_reason"), required=True)
    ended_on = Day()


class WriteNote(Schema):
    """A note of counselling or support; with `corrects`, it takes the place of an earlier one."""

    kind = Code(codes("support_note_kind"), required=True)
    text = Words(LONGEST_NOTE, required=True)
    corrects = fields.UUID(load_default=None, allow_none=True)


class RaiseAlert(Schema):
    """Somebody is in danger."""

    danger_type = Code(codes("danger_type"), required=True)
    urgency = Code(codes("danger_urgency"), required=True)

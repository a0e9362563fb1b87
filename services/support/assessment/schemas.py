"""The body of the request about an assessment."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from shared.events.contract import Code, Day
from shared.reference import codes


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

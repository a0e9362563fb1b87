"""Assessments: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, fields, validate

from shared.access.declarations import declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.bounded import BoundedMap
from shared.events.contract import Code, Codes, Day, Reference
from shared.http import Command, optional, required
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


_DOMAINS = codes("need_domain").values
ASSESSMENT = declare(Reference(), FieldClass.HEALTH, "The assessment.")
TYPE = declare(Code(codes("assessment_type")), FieldClass.HEALTH, "What kind of assessment it was.")
OVERALL_RISK = declare(Code(codes("risk_level")), FieldClass.HEALTH, "The risk that was found.")
HIGH_DOMAINS = declare(Codes(codes("need_domain")), FieldClass.HEALTH, "The domains with a score of 3 or more.")
ASSESSED_ON = declare(Day(), FieldClass.HEALTH, "The day of the assessment, today by default.")
REASSESS_ON = declare(Day(), FieldClass.HEALTH, "The day by which it is made again.")
DOMAINS = declare(
    BoundedMap(Code(_DOMAINS), fields.Nested(DomainScores), len(_DOMAINS), least=1),
    FieldClass.PRIVILEGED,
    "The scores of each domain that was assessed.",
    example={"immediate_safety": {"need": 2, "risk": 1}},
)


class CompleteAssessment(Command):
    """An assessment made with the person."""

    type: str = required(TYPE)
    domains: dict[str, dict[str, int]] = required(DOMAINS)
    assessed_on: date | None = optional(ASSESSED_ON, default=None)


class Assessment(View):
    """An assessment as the case shows it; scores that were dropped before there were seals are null."""

    id = ASSESSMENT
    type = TYPE
    overall_risk = OVERALL_RISK
    high_domains = HIGH_DOMAINS
    assessed_on = ASSESSED_ON
    reassess_on = REASSESS_ON
    domains = or_null(DOMAINS)

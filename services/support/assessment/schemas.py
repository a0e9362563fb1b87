"""Assessments: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from services.support.assessment.rules import HIGHEST, UNKNOWN
from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.bounded import BoundedMap
from shared.events.contract import Code, Codes, Count, Day, Reference
from shared.http import optional, required
from shared.reference import codes


class Score(fields.Integer):
    """A whole number within bounds; JSON's true is none, though Python would count with it."""

    def __init__(self, lowest: int, highest: int, **options: Any) -> None:
        """Set the bounds, both included."""
        message = f"must be a whole number from {lowest} to {highest}"
        super().__init__(strict=True, validate=validate.Range(lowest, highest, error=message), **options)

    def _deserialize(
        self, value: object, attr: str | None, data: Mapping[str, object] | None, **options: object
    ) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        score: int = super()._deserialize(value, attr, data, **options)
        return score


def _is_score_or_unknown(value: object) -> None:
    if value not in (*range(HIGHEST + 1), UNKNOWN):
        raise ValidationError(f"must be from 0 to {HIGHEST}, or {UNKNOWN}")


class ScoreOrUnknown(fields.Raw):
    """A whole number from 0 to 4, or `unknown`: asked, and nobody could say."""

    def __init__(self, **options: Any) -> None:
        """Set what it may be."""
        # A list of numbers and words in one is nothing that a client could be generated from.
        number = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
        either = {"anyOf": [number, {"type": "string", "enum": [UNKNOWN]}]}
        super().__init__(validate=_is_score_or_unknown, metadata=either, **options)

    def _deserialize(self, value: object, *where: Any, **options: Any) -> object:
        # Python takes True and 1.0 for 1.
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError(f"must be a whole number, or {UNKNOWN}")
        return super()._deserialize(value, *where, **options)


class DomainScores(Schema):
    """One domain: need and risk from 0 to 4 or unknown, the person's own priority from 1 to 5."""

    need = ScoreOrUnknown(required=True)
    risk = ScoreOrUnknown(required=True)
    priority = Score(1, 5)


#: The category of what a scale says of somebody.
SCORES: Final = "psychological_scores"
_DOMAINS = codes("need_domain").values
ASSESSMENT = declare(Reference(), FieldClass.HEALTH, "The assessment.")
TYPE = declare(Code(codes("assessment_type")), FieldClass.HEALTH, "What kind of assessment it was.")
OVERALL_RISK = declare(
    Code(codes("risk_level")), FieldClass.HEALTH, "The risk that was found; unknown if safety was not asked about."
)
#: A score in disguise: seen by whoever sees the scores.
HIGH_DOMAINS = declare(
    Codes(codes("need_domain")), FieldClass.PRIVILEGED, "The domains with a score of 3 or more.", category=SCORES
)
UNASKED_DOMAINS = declare(
    Codes(codes("need_domain")),
    FieldClass.PRIVILEGED,
    "The domains that were not asked about, which says nothing of them.",
    category=SCORES,
)
ASSESSED_ON = declare(Day(), FieldClass.HEALTH, "The day of the assessment, today by default.")
REASSESS_ON = declare(Day(), FieldClass.HEALTH, "The day by which it is made again.")
DOMAINS = declare(
    BoundedMap(Code(_DOMAINS), fields.Nested(DomainScores), len(_DOMAINS), least=1),
    FieldClass.PRIVILEGED,
    "The scores of each domain that was assessed.",
    example={"immediate_safety": {"need": 2, "risk": 1}},
    category=SCORES,
)


class CompleteAssessment(Timed):
    """An assessment made with the person."""

    type: str = required(TYPE)
    domains: dict[str, dict[str, int | str]] = required(DOMAINS)
    assessed_on: date | None = optional(ASSESSED_ON, default=None)


class CorrectAssessment(CorrectTimed):
    """What is so of an assessment instead; what is left out stays as it is, and `domains` are stated as a whole."""

    type: str | None = optional(TYPE, default=None)
    domains: dict[str, dict[str, int | str]] | None = optional(DOMAINS, default=None)
    assessed_on: date | None = optional(ASSESSED_ON, default=None)


class FormerDomains(View):
    """The scores of an assessment before it was put right."""

    domains = DOMAINS


class Assessment(RecordView):
    """An assessment as the case shows it.

    Scores that were dropped before there were seals are null; so is what was not asked, where that was not noted.
    """

    id = ASSESSMENT
    type = TYPE
    overall_risk = OVERALL_RISK
    high_domains = HIGH_DOMAINS
    unasked_domains = or_null(UNASKED_DOMAINS)
    unasked = declare(nullable(Count()), FieldClass.HEALTH, "How many domains were not asked about.")
    assessed_on = ASSESSED_ON
    reassess_on = REASSESS_ON
    domains = or_null(DOMAINS)
    former_domains = parts(FormerDomains)

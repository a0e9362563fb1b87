"""The commands and views of assessments. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate

from services.support.cases.case.models import SCORES
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.risks.assessment import models
from services.support.risks.assessment.rules import DECLINED, HIGHEST, UNKNOWN
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Codes, Count
from shared.events.kinds import BoundedMap
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes


class Score(fields.Integer):
    """A whole number within bounds. JSON's `true` is refused, although Python treats it as 1."""

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


#: The answers that are allowed instead of a number.
SILENCES: Final = (UNKNOWN, DECLINED)
LONGEST_WORDS: Final = 1_000


def _is_score_or_unknown(value: object) -> None:
    if value not in (*range(HIGHEST + 1), *SILENCES):
        raise ValidationError(f"must be from 0 to {HIGHEST}, or {' or '.join(SILENCES)}")


class ScoreOrUnknown(fields.Raw):
    """A whole number from 0 to 4, `unknown` (not known), or `prefer_not_to_say` (the person does not say)."""

    def __init__(self, **options: Any) -> None:
        """Set the allowed values."""
        # Generated clients can't represent an enumeration that mixes numbers and strings.
        number = {"type": "integer", "minimum": 0, "maximum": HIGHEST}
        either = {"anyOf": [number, {"type": "string", "enum": list(SILENCES)}]}
        super().__init__(validate=_is_score_or_unknown, metadata=either, **options)

    def _deserialize(self, value: object, *where: Any, **options: Any) -> object:
        # In Python, True and 1.0 equal 1.
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ValidationError(f"must be a whole number, or {' or '.join(SILENCES)}")
        return super()._deserialize(value, *where, **options)


class DomainScores(Schema):
    """One domain: need and risk (0 to 4, or no number), the person's own priority (1 to 5), and their words.

    It also has what makes it harder, what helps, and the worker's view, which does not overwrite the person's.
    """

    need = ScoreOrUnknown(required=True)
    risk = ScoreOrUnknown(required=True)
    priority = Score(1, 5)
    words = Words(LONGEST_WORDS)
    harder = Words(LONGEST_WORDS)
    helps = Words(LONGEST_WORDS)
    wants = Words(LONGEST_WORDS)
    worker_need = ScoreOrUnknown()
    worker_risk = ScoreOrUnknown()
    worker_words = Words(LONGEST_WORDS)


_DOMAINS = codes("need_domain").values
DOMAINS = declare(
    BoundedMap(Code(_DOMAINS), fields.Nested(DomainScores), len(_DOMAINS), least=1),
    FieldClass.PRIVILEGED,
    "The scores of each domain that was assessed.",
    example={"immediate_safety": {"need": 2, "risk": 1}},
    category=SCORES,
)


class CompleteAssessment(Timed):
    """Record an assessment that was made with the person."""

    type: str = required(models.Assessment.type)
    domains: dict[str, dict[str, int | str]] = required(DOMAINS)
    assessed_on: date | None = optional(models.Assessment.assessed_on, default=None)
    unfinished: bool = optional(models.Assessment.unfinished, default=False)
    person_copy: str | None = optional(models.Assessment.person_copy, default=None)


class ContinueAssessment(Command):
    """Add answers of another day to an assessment."""

    domains: dict[str, dict[str, int | str]] = required(DOMAINS)
    unfinished: bool = optional(models.Assessment.unfinished, default=False)
    person_copy: str | None = optional(models.Assessment.person_copy, default=None)


class ShareDomains(Command):
    """Share some domains with an agency, as the person wants."""

    agency: UUID = required(models.AssessmentShare.agency)
    domains: list[str] = required(models.AssessmentShare.domains)


class CorrectAssessment(CorrectTimed):
    """Correct an assessment. Omitted values stay unchanged; `domains` are replaced as a whole."""

    type: str | None = optional(models.Assessment.type, default=None)
    domains: dict[str, dict[str, int | str]] | None = optional(DOMAINS, default=None)
    assessed_on: date | None = optional(models.Assessment.assessed_on, default=None)
    person_copy: str | None = optional(models.Assessment.person_copy, default=None)


class FormerDomains(View):
    """The scores of an assessment before a correction."""

    domains = DOMAINS


class Assessment(View, of=models.Assessment):
    """An assessment in the support file.

    Scores that were dropped before releases could seal them are null. Unasked domains are null if the record does not
    say.
    """

    answered = declare(nullable(Count()), FieldClass.HEALTH, "The number of domains that were answered.")
    of = declare(Count(), FieldClass.HEALTH, "Of how many: the overall risk is that of the worst that was answered.")
    open_safety_domains = declare(
        Codes(codes("need_domain")), FieldClass.PRIVILEGED, "Of these the risk is still to be asked.", category=SCORES
    )
    changes = declare(
        BoundedMap(Code(_DOMAINS), Code(codes("need_change")), len(_DOMAINS)),
        FieldClass.PRIVILEGED,
        "How each stands against the time before.",
        example={"immediate_safety": "better"},
        category=SCORES,
    )
    unasked = declare(nullable(Count()), FieldClass.HEALTH, "How many domains were not asked about.")
    domains = or_null(DOMAINS)
    former_domains = parts(FormerDomains)


class AssessmentShare(View, of=models.AssessmentShare):
    """The domains of an assessment that an agency receives."""


class CopiedDomain(View):
    """A domain in the person's copy, in the caller's language, with only the person's own words."""

    domain = declare(fields.String(), FieldClass.PRIVILEGED, "The topic.", category=SCORES, example="Papers")
    priority = declare(nullable(Count()), FieldClass.PRIVILEGED, "Their own priority.", category=SCORES)
    words = declare(nullable(fields.String()), FieldClass.PRIVILEGED, "In their words.", category=SCORES)
    need = declare(fields.String(), FieldClass.PRIVILEGED, "How it is now.", category=SCORES, example="Hard")
    risk = declare(fields.String(), FieldClass.PRIVILEGED, "How worrying.", category=SCORES, example="Low")
    harder = declare(nullable(fields.String()), FieldClass.PRIVILEGED, "The obstacles.", category=SCORES)
    helps = declare(nullable(fields.String()), FieldClass.PRIVILEGED, "What helps.", category=SCORES)
    wants = declare(nullable(fields.String()), FieldClass.PRIVILEGED, "What they want.", category=SCORES)


class AssessmentCopy(CaseView):
    """The person's copy of an assessment, to print: their own statements."""

    language = declare(fields.String(), FieldClass.BASIC, "The language of its words.", example="nl")
    assessed_on = models.Assessment.assessed_on
    domains = parts(CopiedDomain)

"""The commands and views of detections, accounts and the self-check. Most fields are declared on their columns.

The self-check is public and about no case. Its answers are never stored, so most of its fields have no column.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final, cast

from marshmallow import ValidationError, fields, validate

from services.intake.facts.case.schemas import RecordFact
from services.intake.facts.detection import models
from services.intake.facts.detection.models import SelfCheckCount
from services.intake.facts.fact.schemas import REASON, WITHDRAWN, learnt_field
from shared.access.declarations import ID, declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, Copied, View, part, parts
from shared.casework.corrections import Correct
from shared.deadlines.fact_events import OF_DETECTION
from shared.events.contract import Code, Codes, Count, Flag
from shared.events.kinds import BoundedMap
from shared.http import Command, optional, required
from shared.http.route import Query
from shared.reference import codes
from shared.reference.words import PUBLIC_LANGUAGES

EXPLANATION = declare(fields.String(), FieldClass.ACCOUNT, "The explanation, in words.")


class RecordDetection(Command):
    """Signs of exploitation."""

    indicators: list[str] = required(models.Detection.indicators)
    operational: list[str] = optional(models.Detection.operational, default_factory=list)
    exploitation_types: list[str] = required(models.Detection.exploitation_types)
    means_of_control: list[str] = required(models.Detection.means_of_control)
    sectors: list[str] = optional(models.Detection.sectors, default_factory=list)
    detector: str = required(models.Detection.detector)
    earliest_incident_on: str | None = optional(models.Detection.earliest_incident_on, default=None)
    work_ended_on: str | None = optional(models.Detection.work_ended_on, default=None)
    detected_on: date | None = optional(models.Detection.detected_on, default=None)
    last_incident_on: str | None = optional(models.Detection.last_incident_on, default=None)
    exploitation_ended_on: str | None = optional(models.Detection.exploitation_ended_on, default=None)
    crime_reported_on: str | None = optional(models.Detection.crime_reported_on, default=None)
    happened: str | None = optional(models.Detection.happened, default=None)
    learnt: str | None = optional(learnt_field(), default=None)


class CorrectDetection(Command):
    """The correction of a detection. Omitted and null fields stay as they are.

    With `withdrawn`, the detection and the facts that it states become invalid. The earlier values are kept among the
    facts of the case.
    """

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "earliest_incident_on": "2025-06"}

    reason: str = required(REASON)
    withdrawn: bool = optional(WITHDRAWN, default=False)
    earliest_incident_on: str | None = optional(models.Detection.earliest_incident_on, default=None)
    last_incident_on: str | None = optional(models.Detection.last_incident_on, default=None)
    exploitation_ended_on: str | None = optional(models.Detection.exploitation_ended_on, default=None)
    work_ended_on: str | None = optional(models.Detection.work_ended_on, default=None)
    crime_reported_on: str | None = optional(models.Detection.crime_reported_on, default=None)

    @property
    def days(self) -> dict[str, str]:
        """The corrected days, by the names of their fields."""
        return {field: getattr(self, field) for field in OF_DETECTION if getattr(self, field) is not None}


class Detection(View, of=models.Detection):
    """Signs of exploitation as the case shows them."""


DETECTIONS: Final = parts(Detection, Copied("detection"))


class ExplainedDimension(View):
    """The result of the operational indicators for one dimension of trafficking."""

    dimension = declare(Code(), FieldClass.ACCOUNT, "The dimension.", example="deceptive_recruitment")
    enough = declare(Flag(), FieldClass.ACCOUNT, "Whether what was seen is enough, as published.")
    explanation = EXPLANATION


class ExplainedSigns(View):
    """How strong recorded signs are by the published indicators."""

    says = declare(fields.String(), FieldClass.ACCOUNT, "A notice that this is information, not a verdict.")
    strength = models.Detection.strength
    seen = declare(Count(), FieldClass.ACCOUNT, "How many of the ILO's indicators were seen.")
    explanation = EXPLANATION
    dimensions = parts(ExplainedDimension)
    verify = declare(Flag(), FieldClass.ACCOUNT, "Whether an expert should check this.")


class DetectionExplained(CaseView):
    """The explanation of one record of signs."""

    id = ID
    explained = part(ExplainedSigns)


class RecordAccount(RecordFact):
    """An account that a person gave to us or elsewhere, and the reason for asking again if it is not the first."""

    elsewhere: bool = optional(models.Account.elsewhere, default=False)
    reason: str | None = optional(models.Account.reason, default=None)
    given_on: date | None = optional(models.Account.given_on, default=None)


class CorrectAccount(Correct):
    """Correct an account: its receiver, the reason for asking again, and the time. An omitted field stays as it is."""

    elsewhere: bool | None = optional(or_null(models.Account.elsewhere), default=None)
    asked_because: str | None = optional(models.Account.reason, default=None)
    happened: str | None = optional(models.Account.happened, default=None)
    learnt: str | None = optional(models.Account.learnt, default=None)
    given_on: date | None = optional(or_null(models.Account.given_on), default=None)

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "given_on": "2026-03-02"}


class Account(View, of=models.Account):
    """An account in the case's file, without its content."""


ACCOUNTS: Final = parts(Account, Copied("account"))


#: The longest code that people type, with spaces and small letters.
LONGEST_CODE = 64

_INDICATORS = codes("ilo_forced_labour_indicator").parts[0].values
_POSSIBLE_ANSWERS = codes("self_check_answer").parts[0].values
ANSWERS = declare(
    cast("fields.Field[dict[str, str]]", BoundedMap(Code(_INDICATORS), Code(_POSSIBLE_ANSWERS), len(_INDICATORS))),
    None,
    "The answers by indicator; none is kept.",
    example={"debt_bondage": "not_sure"},
)
QUESTIONS = declare(
    cast(
        "fields.Field[dict[str, str]]",
        BoundedMap(Code(codes("self_check_question")), Code(_POSSIBLE_ANSWERS), len(codes("self_check_question"))),
    ),
    None,
    "The answers by question, in place of those by indicator; none is kept.",
    example={"debt": "not_sure"},
)
RETURN_CODE = declare(Flag(), None, "Whether a code is wanted, to come back with.", example=False)
CODE = declare(
    fields.String(validate=validate.Length(1, LONGEST_CODE)),
    None,
    "The code, as it was typed.",
    example="1111-1111-1111-1111",
)
RETURN_CODE_SHOWN = declare(fields.String(), None, "The code to come back with.", example="1111-1111-1111-1111")
TOPICS = declare(Codes(codes("information_topic")), None, "Helpful information, the most urgent first.")
SAYS = declare(fields.String(), None, "An explanation of the self-check.")


IN_LANGUAGE: Final[Query] = (
    "language",
    {"type": "string", "enum": list(PUBLIC_LANGUAGES)},
    "with the words and texts of the public site in this language; without it, codes only",
)


class CheckSelf(Command):
    """The answers of a self-check, by indicator or by question. They are not stored."""

    sample: ClassVar[Mapping[str, object]] = {
        "language": "ro",
        "answers": {"debt_bondage": "not_sure"},
        "return_code": False,
    }
    language: str = required(SelfCheckCount.language)
    answers: dict[str, str] | None = optional(or_null(ANSWERS), default=None)
    questions: dict[str, str] | None = optional(or_null(QUESTIONS), default=None)
    return_code: bool = optional(RETURN_CODE, default=False)

    def __post_init__(self) -> None:
        """Raise `ValidationError` unless there are answers by indicator or by question, and not both."""
        if (self.answers is None) == (self.questions is None):
            message = "Missing data for required field." if self.answers is None else "Unknown field."
            raise ValidationError(message, "answers" if self.answers is None else "questions")


class ComeBack(Command):
    """A return code, and the topics of this visit."""

    code: str = required(CODE)
    topics: list[str] = optional(TOPICS, default_factory=list)


class SelfCheck(View):
    """The questions of the self-check, as codes."""

    says = SAYS
    questions = declare(Codes(_INDICATORS), None, "The indicators that are asked about.")
    answers = declare(Codes(_POSSIBLE_ANSWERS), None, "The possible answers to each.")
    public = omittable(
        declare(
            fields.Dict(),
            None,
            "With `language` only: all that the public site shows in it. Words by key, with the English ones while no "
            "native speaker has read them; the questions in their order; texts of information; confirmed numbers by "
            "jurisdiction; and where requests to be contacted are read.",
            example={"language": "vi", "words": {"page/next": "Tiếp"}},
        )
    )


class Information(View):
    """The information for a visitor. It contains no verdict about the person."""

    topics = TOPICS
    urgent = declare(Flag(), None, "Whether something can't wait.")
    says = SAYS


class SelfCheckInformation(Information):
    """The information for the given answers, and a return code if the visitor wants one and the daily supply lasts."""

    return_code = declare(nullable(fields.String()), None, "The code to come back with.", example="1111-1111-1111-1111")

"""The commands and views of the self-check, which is public and about no case.

Answers are never stored, so most fields have no column.
"""

from collections.abc import Mapping
from typing import ClassVar, Final, cast

from marshmallow import ValidationError, fields, validate

from services.intake.facts.self_check.models import SelfCheckCount
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.views import View
from shared.events.contract import Code, Codes, Flag
from shared.events.kinds import BoundedMap
from shared.http import Command, optional, required
from shared.http.route import Query
from shared.reference import codes
from shared.reference.words import PUBLIC_LANGUAGES

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
    "The code, as somebody types it.",
    example="1111-1111-1111-1111",
)
RETURN_CODE_SHOWN = declare(fields.String(), None, "The code to come back with.", example="1111-1111-1111-1111")
TOPICS = declare(Codes(codes("information_topic")), None, "What may be good to know, what can't wait first.")
SAYS = declare(fields.String(), None, "What the self-check is, in words.")


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

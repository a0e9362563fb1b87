"""The self-check: its fields, each declared once, and what anybody asks and is shown. It is about no case."""

from typing import cast

from marshmallow import fields, validate

from shared.access.declarations import declare, nullable
from shared.access.views import View
from shared.events.bounded import BoundedMap
from shared.events.contract import Code, Codes, Flag
from shared.http import Command, optional, required
from shared.reference import codes

#: A code as people type it, with spaces and small letters.
LONGEST_CODE = 64

_INDICATORS = codes("ilo_forced_labour_indicator").parts[0].values
_POSSIBLE_ANSWERS = codes("self_check_answer").parts[0].values
LANGUAGE = declare(Code(codes("language")), None, "The language in which the questions were read.", example="ro")
ANSWERS = declare(
    cast("fields.Field[dict[str, str]]", BoundedMap(Code(_INDICATORS), Code(_POSSIBLE_ANSWERS), len(_INDICATORS))),
    None,
    "The answers by indicator; none is kept.",
    example={"debt_bondage": "not_sure"},
)
RETURN_CODE = declare(Flag(), None, "Whether a code is wanted, to come back with.", example=False)
CODE = declare(
    fields.String(validate=validate.Length(1, LONGEST_CODE)),
    None,
    "The code, as somebody types it.",
    example="1111-1111-1111-1111",
)
TOPICS = declare(Codes(codes("information_topic")), None, "What may be good to know, what can't wait first.")
SAYS = declare(fields.String(), None, "What the self-check is, in words.")


class CheckSelf(Command):
    """Answers by indicator, from anybody; none is kept."""

    language: str = required(LANGUAGE)
    answers: dict[str, str] = required(ANSWERS)
    return_code: bool = optional(RETURN_CODE, default=False)


class ComeBack(Command):
    """A return code, and what this visit asks about."""

    code: str = required(CODE)
    topics: list[str] = optional(TOPICS, default_factory=list)


class SelfCheck(View):
    """The questions of the self-check, as codes."""

    says = SAYS
    questions = declare(Codes(_INDICATORS), None, "The indicators that are asked about.")
    answers = declare(Codes(_POSSIBLE_ANSWERS), None, "The possible answers to each.")


class Information(View):
    """What a person is shown; nothing says what anyone is."""

    topics = TOPICS
    urgent = declare(Flag(), None, "Whether something can't wait.")
    says = SAYS


class SelfCheckInformation(Information):
    """What is shown by somebody's answers, and the code to come back with, where one was wanted and is left."""

    return_code = declare(nullable(fields.String()), None, "The code to come back with.", example="1111-1111-1111-1111")

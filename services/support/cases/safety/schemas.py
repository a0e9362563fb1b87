"""The commands and views of safety plans. Sealed fields are declared here, others on their columns (`models`)."""

from datetime import date
from typing import Final

from marshmallow import Schema, fields, validate

from services.support.cases.case.rules import Entries
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.cases.safety import models
from shared.access.declarations import declare, not_null, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.events.contract import Code, Day
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
MOST_STEPS: Final = 60
LONGEST_TEXT: Final = 1_000

PART = declare(Code(codes("safety_plan_part")), _HEALTH, "To which part of the plan it belongs.")
TEXT = declare(nullable(Words(LONGEST_TEXT)), _HEALTH, "The action, in the person's words.", example="Fictitious.")
PLACE_KIND = declare(nullable(Code(codes("safe_place_kind"))), _HEALTH, "The kind of place, never an address.")
_REGION = fields.String(
    validate=validate.Regexp(r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)", error="must be a region of ISO 3166-2")
)
_REGION_GIVEN = declare(
    fields.String(
        validate=[validate.Length(4, 6), validate.Regexp(r"^[A-Z]{2}-[A-Z0-9]{1,3}$(?!\n)", error="must be a region")]
    ),
    _HEALTH,
    "In which region (ISO 3166-2).",
    example="NL-NH",
)
REGION = declare(nullable(_REGION), _HEALTH, "In which region (ISO 3166-2).", example="NL-NH")
VISIBLE = declare(Code(codes("step_risk")), _HEALTH, "Whether the other person can see that it is done.")
ESCALATES = declare(Code(codes("step_risk")), _HEALTH, "Whether it may make the danger greater.")
WHO = declare(Code(codes("step_doer")), _HEALTH, "Who does it.")
UNTIL = declare(nullable(Day()), _HEALTH, "By which day; null: at any time.")


class SafetyStepBody(Schema):
    """One step of a safety plan."""

    part = PART
    text = Words(LONGEST_TEXT)
    place_kind = Code(codes("safe_place_kind"))
    region = omittable(_REGION_GIVEN)
    visible = VISIBLE
    escalates = ESCALATES
    who = WHO
    until = Day()


class SafetyStep(View):
    """One step of a safety plan in the support file."""

    part = PART
    text = TEXT
    place_kind = PLACE_KIND
    region = REGION
    visible = VISIBLE
    escalates = ESCALATES
    who = WHO
    until = UNTIL


STEPS = declare(
    BoundedList(fields.Nested(SafetyStepBody), MOST_STEPS, least=1),
    _HEALTH,
    "The steps of the plan.",
    example=[
        {"part": "warning_signs", "text": "Fictitious.", "visible": "no", "escalates": "unknown", "who": "person"}
    ],
)
CODE_WORD = declare(Words(100), _HEALTH, "The word by which the person is known to be free to speak.")


class AgreeSafetyPlan(Timed):
    """Record a safety plan that was made with the person."""

    steps: Entries = required(STEPS)
    code_word: str | None = optional(or_null(CODE_WORD), default=None)
    person_copy: str | None = optional(models.SafetyPlan.person_copy, default=None)
    agreed_on: date | None = optional(models.SafetyPlan.agreed_on, default=None)
    review_on: date | None = optional(models.SafetyPlan.review_on, default=None)


class CorrectSafetyPlan(CorrectTimed):
    """Correct a safety plan. Omitted values stay unchanged; `steps` are replaced as a whole."""

    steps: Entries | None = optional(STEPS, default=None)
    code_word: str | None = optional(or_null(CODE_WORD), default=None)
    person_copy: str | None = optional(models.SafetyPlan.person_copy, default=None)
    agreed_on: date | None = optional(models.SafetyPlan.agreed_on, default=None)
    review_on: date | None = optional(models.SafetyPlan.review_on, default=None)


class ReopenSafetyPlan(Command):
    """Reopen the safety plan for review, because something happened."""

    reason: str = required(not_null(models.SafetyPlan.reopened_by))


class SafetyPlan(View, of=models.SafetyPlan):
    """A safety plan in the support file, without its code word."""

    steps = parts(SafetyStep)


class ShownCodeWord(CaseView):
    """The code word, for a member who calls the person now."""

    code_word = or_null(CODE_WORD)

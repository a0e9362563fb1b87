"""Rights and their explanation: the fields, each declared once, and what is recorded and shown of them."""

from datetime import date

from marshmallow import fields

from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Day
from shared.http import Command, optional, required
from shared.reference import codes

CODE = declare(Code(codes("victim_right")), FieldClass.BASIC, "The right.")
EXPLAINED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was explained, today by default.")
LANGUAGE = declare(Code(codes("language")), FieldClass.PRIVILEGED, "In which language.", example="ro")
FORMAT = declare(Code(codes("advice_format")), FieldClass.PRIVILEGED, "How.")
UNDERSTOOD = declare(Code(codes("understood")), FieldClass.PRIVILEGED, "Whether the person understood it.")
SOURCE = declare(fields.String(), FieldClass.BASIC, "Where it stands.", example="Fictitious act, article 1")
CERTAINTY = declare(Code(codes("clock_certainty")), FieldClass.BASIC, "How certain that is.")
NOTE = declare(nullable(fields.String()), FieldClass.BASIC, "What else must be known of it, in English.", example=None)


class ExplainRight(Command):
    """A right was explained."""

    code: str = required(CODE)
    language: str = required(LANGUAGE)
    format: str = required(FORMAT)
    understood: str = required(UNDERSTOOD)
    explained_on: date | None = optional(EXPLAINED_ON, default=None)


class RightExplained(View):
    """That a right was explained."""

    id = ID
    code = CODE
    explained_on = EXPLAINED_ON
    language = LANGUAGE
    format = FORMAT
    understood = UNDERSTOOD
    recorded_by = RECORDED_BY


class Right(View):
    """A right of the profile, and its latest explanation; null: there was none."""

    code = CODE
    source = SOURCE
    certainty = CERTAINTY
    note = NOTE
    explained_on = or_null(EXPLAINED_ON)
    language = or_null(LANGUAGE)
    format = or_null(FORMAT)
    understood = or_null(UNDERSTOOD)


class RightList(CaseView):
    """The rights of the case's jurisdiction, each with its tick."""

    rights = parts(Right)

"""The commands and views of rights. Most fields are declared on their columns (`models`)."""

from datetime import date

from marshmallow import fields

from services.legal.cases.right import models
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code
from shared.http import Command, optional, required
from shared.reference import codes


class ExplainRight(Command):
    """A right was explained."""

    code: str = required(models.RightExplained.code)
    language: str = required(models.RightExplained.language)
    format: str = required(models.RightExplained.format)
    understood: str = required(models.RightExplained.understood)
    explained_on: date | None = optional(models.RightExplained.explained_on, default=None)


class RightExplained(View, of=models.RightExplained):
    """That a right was explained."""

    recorded_by = RECORDED_BY


class Right(View):
    """A right of the profile, and its latest explanation; null: there was none."""

    code = models.RightExplained.code
    source = declare(fields.String(), FieldClass.BASIC, "Where it stands.", example="Fictitious act, article 1")
    certainty = declare(Code(codes("clock_certainty")), FieldClass.BASIC, "How certain that is.")
    note = declare(
        nullable(fields.String()), FieldClass.BASIC, "What else must be known of it, in English.", example=None
    )
    explained_on = or_null(models.RightExplained.explained_on)
    language = or_null(models.RightExplained.language)
    format = or_null(models.RightExplained.format)
    understood = or_null(models.RightExplained.understood)


class RightList(CaseView):
    """The rights of the case's jurisdiction, each with its tick."""

    rights = parts(Right)

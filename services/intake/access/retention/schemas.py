"""The commands and views of retention. Most fields are declared on their columns (`models`)."""

from datetime import date

from marshmallow import fields

from services.intake.access.retention import models
from services.intake.facts.case.models import Case
from shared.access.declarations import declare, not_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Flag, Reference
from shared.http import Command, required
from shared.reference import codes


class ChooseFigure(Command):
    """The number of years after which a closed case is reviewed."""

    jurisdiction: str = required(Case.jurisdiction)
    record_class: str = required(models.RetentionFigure.record_class)
    years: int = required(models.RetentionFigure.years)


class KeepCase(Command):
    """The decision to keep a closed case until a day."""

    record_class: str = required(models.RetentionFigure.record_class)
    reason: str = required(models.RetentionReview.reason)
    keep_until: date = required(models.RetentionReview.keep_until)


class DueCase(View):
    """A closed case with a class of records that is due for review."""

    case = declare(Reference(), FieldClass.BASIC, "The case.")
    record_class = models.RetentionFigure.record_class
    jurisdiction = Case.jurisdiction
    closed_on = not_null(Case.closed_on)


class DueCases(View):
    """Closed cases that are due for review, the longest closed first."""

    due = parts(DueCase)


class ChosenFigure(View, of=models.RetentionFigure):
    """A figure that the deployer has chosen."""

    jurisdiction = Case.jurisdiction


class RetentionFigure(ChosenFigure):
    """The number of years after which a closed case is due, and its source."""

    source = declare(
        fields.String(), None, "On what the figure rests.", example="Limitation Act 1980, sections 2 and 5"
    )
    certainty = declare(Code(codes("clock_certainty")), None, "How certain the figure is, in one word.")
    verify = declare(Flag(), None, "Whether somebody who answers for it has yet to confirm it.")


class RetentionSchedule(View):
    """All figures, by jurisdiction and class of records."""

    figures = parts(RetentionFigure)

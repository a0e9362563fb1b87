"""Retention: its fields, each declared once, and what is decided and shown of it."""

from datetime import date

from marshmallow import fields, validate

from services.intake.case.schemas import CLOSED_ON, JURISDICTION
from services.intake.retention import rules
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import Command, required
from shared.reference import codes

RECORD_CLASS = declare(Code(rules.CLASSES), FieldClass.BASIC, "The class of records.")
YEARS = declare(
    fields.Integer(strict=True, validate=validate.Range(0, rules.LONGEST_YEARS)),
    None,
    "Years from the closure to the review.",
    example=7,
)
REASON = declare(Code(codes("retention_reason")), FieldClass.BASIC, "Why the case is kept.")
KEEP_UNTIL = declare(Day(), FieldClass.BASIC, "The day until which the case is kept.")


class ChooseFigure(Command):
    """After how many years a closed case is looked at."""

    jurisdiction: str = required(JURISDICTION)
    record_class: str = required(RECORD_CLASS)
    years: int = required(YEARS)


class KeepCase(Command):
    """A closed case is kept until a day."""

    record_class: str = required(RECORD_CLASS)
    reason: str = required(REASON)
    keep_until: date = required(KEEP_UNTIL)


class DueCase(View):
    """A closed case of which a class of records is due for review."""

    case = declare(Reference(), FieldClass.BASIC, "The case.")
    record_class = RECORD_CLASS
    jurisdiction = JURISDICTION
    closed_on = CLOSED_ON


class DueCases(View):
    """Closed cases that are due for review, the longest closed first."""

    due = parts(DueCase)


class ChosenFigure(View):
    """A figure that the deployer has chosen."""

    jurisdiction = JURISDICTION
    record_class = RECORD_CLASS
    years = YEARS


class RetentionFigure(ChosenFigure):
    """After how many years a closed case is due, and on what basis."""

    source = declare(
        fields.String(), None, "On what the figure rests.", example="Limitation Act 1980, sections 2 and 5"
    )
    certainty = declare(Code(codes("clock_certainty")), None, "How certain the figure is, in one word.")
    verify = declare(Flag(), None, "Whether somebody who answers for it has yet to confirm it.")


class RetentionSchedule(View):
    """Every figure, by jurisdiction and class of records."""

    figures = parts(RetentionFigure)

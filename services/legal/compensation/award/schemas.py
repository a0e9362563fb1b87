"""The commands and views of awards, and remedies with their conflicts. Most fields are on columns (`models`)."""

from datetime import date
from decimal import Decimal
from typing import Final

from marshmallow import fields, validate

from services.legal.compensation.award.models import FINANCES, Award, AwardStep
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Count, Flag
from shared.http import Command, optional, required
from shared.reference import codes

_MOST: Final = Decimal(1_000_000_000)


def _money() -> fields.Decimal:
    return fields.Decimal(
        places=2,
        as_string=True,
        allow_nan=False,
        validate=validate.Range(min=Decimal(0), min_inclusive=False, max=_MOST),
    )


AMOUNT = declare(
    nullable(_money()), FieldClass.PRIVILEGED, "How much; null: not known.", example="1200.00", category=FINANCES
)

STEP_AMOUNT = declare(
    nullable(_money()), FieldClass.PRIVILEGED, "How much came by it.", example="300.00", category=FINANCES
)

PAID = declare(
    fields.Decimal(places=2, as_string=True),
    FieldClass.PRIVILEGED,
    "How much has come.",
    example="300.00",
    category=FINANCES,
)


class RecordAward(Command):
    """Record an award."""

    remedy: str = required(Award.remedy)
    payer: str = required(Award.payer)
    currency: str = required(Award.currency)
    amount: Decimal | None = optional(AMOUNT, default=None)
    next_on: date | None = optional(Award.next_on, default=None)
    awarded_on: date | None = optional(Award.awarded_on, default=None)


class RecordStep(Command):
    """Record a step of an award."""

    kind: str = required(AwardStep.kind)
    amount: Decimal | None = optional(STEP_AMOUNT, default=None)
    currency: str | None = optional(or_null(Award.currency), default=None)
    next_on: date | None = optional(Award.next_on, default=None)
    happened_on: date | None = optional(AwardStep.happened_on, default=None)


class AwardState(View, of=Award):
    """An award as all readers of the legal file see it: its state."""

    recorded_by = RECORDED_BY


class ShownStep(View, of=AwardStep):
    """A step of an award."""

    amount = STEP_AMOUNT


class ExactAward(AwardState):
    """An award with its amounts."""

    amount = AMOUNT
    paid = PAID
    steps = parts(ShownStep)


class AwardList(CaseView):
    """The awards of a case with their amounts, for the person's own advisers."""

    awards = parts(ExactAward)


_BASIC = FieldClass.BASIC

REMEDY = declare(Code(codes("remedy")), _BASIC, "The remedy.")

FORUM = declare(fields.String(), _BASIC, "Where it is claimed.", example="Fictitious tribunal")

CLOCK = declare(nullable(Code(codes("clock_code"))), _BASIC, "The period that limits it, if one in days is known.")

SOURCE = declare(fields.String(), _BASIC, "Where it stands.", example="Fictitious act, article 1")

CERTAINTY = declare(Code(codes("clock_certainty")), _BASIC, "How certain that is.")

NOTE = declare(nullable(fields.String()), _BASIC, "Further notes, in English.", example=None)


class Conflict(View):
    """The effect of another remedy on this one."""

    effect = declare(Code(codes("remedy_conflict")), _BASIC, "The effect of the first remedy on the second.")
    first = declare(Code(codes("remedy")), _BASIC, "The first.")
    second = declare(Code(codes("remedy")), _BASIC, "The second.")
    bites = declare(Flag(), _BASIC, "Whether the other one is pursued in this case.", example=False)
    source = SOURCE
    certainty = CERTAINTY
    note = NOTE


class Remedy(View):
    """A remedy of the jurisdiction, with its claims, awards and conflicts in this case."""

    code = REMEDY
    forum = FORUM
    clock = CLOCK
    source = SOURCE
    certainty = CERTAINTY
    note = NOTE
    claims = declare(Count(), _BASIC, "The number of claims for it in the case.", example=0)
    awards = declare(Count(), _BASIC, "How many awards of it.", example=0)
    conflicts = parts(Conflict)


class RemedyList(CaseView):
    """The remedies of the case's jurisdiction."""

    remedies = parts(Remedy)

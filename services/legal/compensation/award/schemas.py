"""The commands and views of awards. Most fields are declared on their columns (`models`)."""

from datetime import date
from decimal import Decimal
from typing import Final

from marshmallow import fields, validate

from services.legal.compensation.award.models import FINANCES, Award, AwardStep
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.fact_schemas import RECORDED_BY
from shared.http import Command, optional, required

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
    """Something was awarded."""

    remedy: str = required(Award.remedy)
    payer: str = required(Award.payer)
    currency: str = required(Award.currency)
    amount: Decimal | None = optional(AMOUNT, default=None)
    next_on: date | None = optional(Award.next_on, default=None)
    awarded_on: date | None = optional(Award.awarded_on, default=None)


class RecordStep(Command):
    """What became of an award."""

    kind: str = required(AwardStep.kind)
    amount: Decimal | None = optional(STEP_AMOUNT, default=None)
    currency: str | None = optional(or_null(Award.currency), default=None)
    next_on: date | None = optional(Award.next_on, default=None)
    happened_on: date | None = optional(AwardStep.happened_on, default=None)


class AwardState(View, of=Award):
    """An award as everybody sees it who reads the legal file: its state."""

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

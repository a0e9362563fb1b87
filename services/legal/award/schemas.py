"""Awards: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from decimal import Decimal
from typing import Final

from marshmallow import fields, validate

from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View, parts
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_MOST: Final = Decimal(1_000_000_000)
_FINANCES: Final = "finances"


def _money() -> fields.Decimal:
    return fields.Decimal(
        places=2,
        as_string=True,
        allow_nan=False,
        validate=validate.Range(min=Decimal(0), min_inclusive=False, max=_MOST),
    )


AWARD = declare(Reference(), FieldClass.BASIC, "The award.")
REMEDY = declare(Code(codes("remedy")), FieldClass.BASIC, "The remedy by which it was awarded.")
STATE = declare(Code(codes("money_state")), FieldClass.BASIC, "What has become of it.")
PAYER = declare(Code(codes("award_payer")), FieldClass.PRIVILEGED, "Who has to pay it.", category=_FINANCES)
CURRENCY = declare(Code(codes("currency")), FieldClass.PRIVILEGED, "Its currency.", category=_FINANCES)
AMOUNT = declare(
    nullable(_money()), FieldClass.PRIVILEGED, "How much; null: not known.", example="1200.00", category=_FINANCES
)
STEP_AMOUNT = declare(
    nullable(_money()), FieldClass.PRIVILEGED, "How much came by it.", example="300.00", category=_FINANCES
)
PAID = declare(
    fields.Decimal(places=2, as_string=True),
    FieldClass.PRIVILEGED,
    "How much has come.",
    example="300.00",
    category=_FINANCES,
)
AWARDED_ON = declare(Day(), FieldClass.BASIC, "The day of the award, today by default.")
NEXT_ON = declare(nullable(Day()), FieldClass.BASIC, "The day by which somebody looks at its collection again.")
KIND = declare(Code(codes("award_step")), FieldClass.PRIVILEGED, "What happened.")
HAPPENED_ON = declare(Day(), FieldClass.PRIVILEGED, "The day of that, today by default.")


class RecordAward(Command):
    """Something was awarded."""

    remedy: str = required(REMEDY)
    payer: str = required(PAYER)
    currency: str = required(CURRENCY)
    amount: Decimal | None = optional(AMOUNT, default=None)
    next_on: date | None = optional(NEXT_ON, default=None)
    awarded_on: date | None = optional(AWARDED_ON, default=None)


class RecordStep(Command):
    """What became of an award."""

    kind: str = required(KIND)
    amount: Decimal | None = optional(STEP_AMOUNT, default=None)
    currency: str | None = optional(or_null(CURRENCY), default=None)
    next_on: date | None = optional(NEXT_ON, default=None)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class AwardState(View):
    """An award as everybody sees it who reads the legal file: its state."""

    id = ID
    remedy = REMEDY
    state = STATE
    awarded_on = AWARDED_ON
    next_on = NEXT_ON
    payer = PAYER
    currency = CURRENCY
    recorded_by = RECORDED_BY


class ShownStep(View):
    """A step of an award."""

    id = ID
    kind = KIND
    happened_on = HAPPENED_ON
    amount = STEP_AMOUNT


class ExactAward(AwardState):
    """An award with its amounts."""

    amount = AMOUNT
    paid = PAID
    steps = parts(ShownStep)


class AwardList(CaseView):
    """The awards of a case with their amounts, for the person's own advisers."""

    awards = parts(ExactAward)

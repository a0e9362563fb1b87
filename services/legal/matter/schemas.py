"""Matters: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from services.legal.matter.rules import LIMITATIONS
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.casework.corrections import REVISION, TAKEN_BACK_AT, Correct
from shared.casework.fact_schemas import RECORDED_BY
from shared.events.contract import Code, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

MATTER = declare(Reference(), FieldClass.BASIC, "The matter.")
REMEDY = declare(Code(codes("remedy")), FieldClass.BASIC, "The remedy that it works towards.")
STATUS = declare(Code(("opened", "applied", "decided", "paid")), FieldClass.BASIC, "How far it is.")
OPENED_ON = declare(Day(), FieldClass.BASIC, "The day on which work began, today by default.")
APPLIED_ON = declare(Day(), FieldClass.BASIC, "The day of the claim, today by default.")
ABOUT = declare(
    nullable(Reference()),
    FieldClass.BASIC,
    "The fact that the claim answers: the end of the work, the refusal. Required where it can answer several.",
)
LATE = declare(Flag(), FieldClass.BASIC, "Whether the limitation had passed, as far as is known.")
LIMITATION = declare(
    Code(LIMITATIONS),
    FieldClass.BASIC,
    "What the claim did to the limitation. `not_met`: it was made before what the limitation is counted from, or that "
    "is not known, so the limitation stands.",
)
OUTCOME = declare(Code(codes("compensation_outcome")), FieldClass.BASIC, "How it was decided.")
#: The category of what was granted, and is had.
FINANCES: Final = "finances"
AMOUNT_BAND = declare(
    nullable(Code(codes("amount_band"))),
    FieldClass.PRIVILEGED,
    "What was granted: a band, since a sum can identify.",
    category=FINANCES,
)
CURRENCY = declare(
    nullable(Code(codes("currency"))), FieldClass.PRIVILEGED, "The currency of the band.", category=FINANCES
)
DECIDED_ON = declare(Day(), FieldClass.BASIC, "The day of the decision, today by default.")
PAID_ON = declare(Day(), FieldClass.BASIC, "The day on which what was granted reached the person, today by default.")


class OpenMatter(Command):
    """Work towards a remedy."""

    remedy: str = required(REMEDY)
    opened_on: date | None = optional(OPENED_ON, default=None)


class RecordApplication(Command):
    """A claim was made."""

    applied_on: date | None = optional(APPLIED_ON, default=None)
    about: UUID | None = optional(ABOUT, default=None)


class RecordDecision(Command):
    """A claim was decided."""

    outcome: str = required(OUTCOME)
    amount_band: str | None = optional(AMOUNT_BAND, default=None)
    currency: str | None = optional(CURRENCY, default=None)
    decided_on: date | None = optional(DECIDED_ON, default=None)


class RecordPayment(Command):
    """What was granted was paid."""

    paid_on: date | None = optional(PAID_ON, default=None)


class CorrectMatter(Correct):
    """What is so instead; what is left out, or null, stays. A step that was not taken is not recorded by this."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "applied_on": "2026-03-02"}

    opened_on: date | None = optional(or_null(OPENED_ON), default=None)
    applied_on: date | None = optional(or_null(APPLIED_ON), default=None)
    about: UUID | None = optional(ABOUT, default=None)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    amount_band: str | None = optional(AMOUNT_BAND, default=None)
    currency: str | None = optional(CURRENCY, default=None)
    decided_on: date | None = optional(or_null(DECIDED_ON), default=None)
    paid_on: date | None = optional(or_null(PAID_ON), default=None)


class Matter(View):
    """A matter as the legal file shows it; what has not happened yet is null."""

    id = ID
    remedy = REMEDY
    status = STATUS
    opened_on = OPENED_ON
    recorded_by = RECORDED_BY
    applied_on = or_null(APPLIED_ON)
    about = ABOUT
    late = or_null(LATE)
    outcome = or_null(OUTCOME)
    decided_on = or_null(DECIDED_ON)
    paid_on = or_null(PAID_ON)
    amount_band = AMOUNT_BAND
    currency = CURRENCY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class ChangedMatter(View):
    """How far a matter is now."""

    id = ID
    status = STATUS


class AppliedMatter(ChangedMatter):
    """A matter whose claim was made."""

    limitation = LIMITATION

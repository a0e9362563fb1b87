"""The events about matters."""

from marshmallow import Schema

from services.legal.compensation.matter.models import Matter
from services.legal.compensation.matter.rules import WITHOUT_AMOUNT
from shared.access.declarations import declare, field_of, not_null
from shared.access.permissions import FieldClass
from shared.events.audience import SAID_TOO_MUCH, by_code, inside, kept_inside
from shared.events.contract import EventType, Reference
from shared.events.older import not_offered
from shared.events.openings import of_remedies


class OfMatter(Schema):
    """The matter of an event."""

    matter = declare(Reference(), FieldClass.BASIC, "The matter.")
    remedy = field_of(Matter.remedy)


class MatterOpened(OfMatter):
    """Work towards a remedy started."""

    opened_on = field_of(Matter.opened_on)


class CompensationApplied(OfMatter):
    """A claim was made; `late`: its limitation period had passed, as far as known."""

    applied_on = not_null(Matter.applied_on)
    late = not_null(Matter.late)


class CompensationDecided(OfMatter):
    """A claim was decided; only those who see the case learn the amount."""

    outcome = not_null(Matter.outcome)
    decided_on = not_null(Matter.decided_on)


class FormerCompensationDecided(CompensationDecided):
    """The same, and the band of the amount."""

    amount_band = field_of(Matter.amount_band)
    currency = field_of(Matter.currency)


class CompensationPaid(OfMatter):
    """The award reached the person."""

    paid_on = not_null(Matter.paid_on)


EVENTS = (
    EventType(
        "matter.opened",
        MatterOpened,
        "justice",
        "Work towards a remedy began.",
        audience=by_code("remedy", of_remedies("matter.opened")),
    ),
    EventType(
        "compensation.applied",
        CompensationApplied,
        "justice",
        "Compensation was applied for.",
        # control: H-CONFIDENTIALITY-9 own-limits
        audience=by_code("remedy", of_remedies("compensation.applied"), kept_inside("late")),
    ),
    EventType(
        "compensation.decided",
        FormerCompensationDecided,
        "justice",
        "A claim for compensation was decided. Retired: only in old logs.",
        too_much=True,
        audience=inside(SAID_TOO_MUCH),
    ),
    EventType(
        "compensation.decided",
        CompensationDecided,
        "justice",
        "A claim for compensation was decided.",
        version=WITHOUT_AMOUNT,
        audience=by_code("remedy", of_remedies("compensation.decided")),
        older=(not_offered(1, SAID_TOO_MUCH),),
    ),
    EventType(
        "compensation.paid",
        CompensationPaid,
        "justice",
        "Compensation was paid.",
        audience=by_code("remedy", of_remedies("compensation.paid")),
    ),
)

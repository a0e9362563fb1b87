"""The events about matters."""

from marshmallow import Schema

from services.legal.matter import schemas
from services.legal.matter.rules import WITHOUT_AMOUNT
from shared.events.audience import SAID_TOO_MUCH, inside, person
from shared.events.contract import EventType
from shared.events.older import not_offered
from shared.events.openings import AWARD, CLAIM, MATTER


class MatterOpened(Schema):
    """Work towards a remedy began."""

    matter = schemas.MATTER
    remedy = schemas.REMEDY
    opened_on = schemas.OPENED_ON


class CompensationApplied(Schema):
    """A claim was made; `late` notes that its limitation had passed, as far as is known."""

    matter = schemas.MATTER
    remedy = schemas.REMEDY
    applied_on = schemas.APPLIED_ON
    late = schemas.LATE


class CompensationDecided(Schema):
    """A claim was decided; what was granted stays with those who see the case."""

    matter = schemas.MATTER
    remedy = schemas.REMEDY
    outcome = schemas.OUTCOME
    decided_on = schemas.DECIDED_ON


class FormerCompensationDecided(CompensationDecided):
    """The same, and the band of the amount."""

    amount_band = schemas.AMOUNT_BAND
    currency = schemas.CURRENCY


class CompensationPaid(Schema):
    """What was granted has reached the person."""

    matter = schemas.MATTER
    remedy = schemas.REMEDY
    paid_on = schemas.PAID_ON


EVENTS = (
    EventType("matter.opened", MatterOpened, "justice", "Work towards a remedy began.", audience=person(MATTER)),
    EventType(
        "compensation.applied", CompensationApplied, "justice", "Compensation was applied for.", audience=person(CLAIM)
    ),
    EventType(
        "compensation.decided",
        FormerCompensationDecided,
        "justice",
        "A claim for compensation was decided. No longer emitted, and read for ever.",
        too_much=True,
        audience=inside(SAID_TOO_MUCH),
    ),
    EventType(
        "compensation.decided",
        CompensationDecided,
        "justice",
        "A claim for compensation was decided.",
        version=WITHOUT_AMOUNT,
        audience=person(AWARD),
        older=(not_offered(1, SAID_TOO_MUCH),),
    ),
    EventType("compensation.paid", CompensationPaid, "justice", "Compensation was paid.", audience=person(AWARD)),
)

"""The events about matters."""

from marshmallow import Schema

from shared.events.contract import Code, Day, EventType, Flag, Reference
from shared.reference import codes


class MatterOpened(Schema):
    """Work towards a remedy began."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    opened_on = Day(required=True)


class CompensationApplied(Schema):
    """A claim was made; `late` notes that its limitation had passed, as far as is known."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    applied_on = Day(required=True)
    late = Flag(required=True)


class CompensationDecided(Schema):
    """A claim was decided; the amount is a band, since an exact sum can identify a person."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    outcome = Code(codes("compensation_outcome"), required=True)
    amount_band = Code(codes("amount_band"), required=True, allow_none=True)
    currency = Code(codes("currency"), required=True, allow_none=True)
    decided_on = Day(required=True)


class CompensationPaid(Schema):
    """What was granted has reached the person."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    paid_on = Day(required=True)


EVENTS = (
    EventType("matter.opened", MatterOpened, "justice", "Work towards a remedy began."),
    EventType("compensation.applied", CompensationApplied, "justice", "Compensation was applied for."),
    EventType("compensation.decided", CompensationDecided, "justice", "A claim for compensation was decided."),
    EventType("compensation.paid", CompensationPaid, "justice", "Compensation was paid."),
)

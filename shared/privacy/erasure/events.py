"""The events of an erasure: ordered by the service that owns the process, acknowledged by every holder, completed."""

from typing import Final

from marshmallow import Schema

from shared.access import case_restrictions
from shared.access.declarations import declare
from shared.access.permissions import OF_THE_LEAD, FieldClass
from shared.events.audience import inside, person
from shared.events.contract import Code, Codes, Day, EventType, Identifier, Read, Reference
from shared.events.openings import HELD_ERASURE
from shared.reference import codes

_REQUEST: Final = declare(Reference(), FieldClass.BASIC, "The request that it answers.", category=OF_THE_LEAD)
_REASON: Final = declare(Code(codes("erasure_reason")), FieldClass.BASIC, "Why it is erased.", category=OF_THE_LEAD)


class ErasureOrdered(Schema):
    """Everybody who holds anything of the case deletes it, unless a law of their own makes them keep it."""

    request = _REQUEST
    reason = _REASON


class ErasureHeld(Schema):
    """An erasure that a legal hold delays: `holders` delete what they have now, the others what the hold isn't for.

    The rest is ordered by itself once the last hold has ended, after `until` at the latest.
    """

    request = _REQUEST
    reason = _REASON
    bases = declare(Codes(codes("legal_hold_basis")), FieldClass.BASIC, "What the hold is for.")
    until = declare(Day(), FieldClass.BASIC, "The day by which the hold has ended.")
    holders = declare(
        Codes(identifier=Identifier.SERVICE), FieldClass.BASIC, "Who deletes all they have.", category=OF_THE_LEAD
    )


class ErasureAcknowledged(Schema):
    """This holder has deleted what it had and destroyed its key, or keeps a part, on the basis that it names."""

    request = Reference(required=True)
    answer = Code(codes("erasure_answer"), required=True)
    basis = Code(codes("erasure_basis"), required=True, allow_none=True)


class ErasureCompleted(Schema):
    """Every holder has answered; `kept` are those who keep a part."""

    request = Reference(required=True)
    kept = Codes(identifier=Identifier.SERVICE, required=True)


class OrderedView(Schema):
    """Of an order, a holder needs to know what to acknowledge."""

    request = Reference(required=True)


class HeldView(Schema):
    """Of an erasure under a hold, a holder needs to know whether it goes on."""

    request = Reference(required=True)
    holders = Codes(required=True)


class AcknowledgedView(Schema):
    """A holder's answer."""

    request = Reference(required=True)
    answer = Code(required=True)
    basis = Code(load_default=None, allow_none=True)


ORDERED = EventType(
    "erasure.ordered",
    ErasureOrdered,
    "rights",
    "Whatever is held of the case is to be erased.",
    protects=True,
    audience=inside("Each agency that was told of the person is told by the door itself that they are erased."),
)
HELD = EventType(
    case_restrictions.HELD,
    ErasureHeld,
    "rights",
    "All is to be erased but what a legal hold is for; that stays with those who need it.",
    protects=True,
    audience=person(HELD_ERASURE),
)
_STAYS: Final = inside("How the services of this installation carry an erasure out is between them.")
ACKNOWLEDGED = EventType(
    "erasure.acknowledged", ErasureAcknowledged, "rights", "A holder has erased its part.", audience=_STAYS
)
COMPLETED = EventType("erasure.completed", ErasureCompleted, "rights", "Every holder has answered.", audience=_STAYS)
#: They are about the erasure itself, identify nobody, and are all that is left in the log of an erased case.
OUTLIVING = frozenset(event_type.name for event_type in (ORDERED, ACKNOWLEDGED, COMPLETED))


def order_of(source: str) -> Read:
    """Declare that a service's orders are followed; `projection` carries them out."""
    return Read(f"{source}.{ORDERED.name}", OrderedView, about="request", protects=True, destroys=True, outlives=True)


def held_of(source: str, *, goes_in_parts: bool = False) -> Read:
    """Declare that a service's orders under a legal hold are followed; `projection` carries out what is to go now.

    `goes_in_parts`: the follower keeps what the hold is for, so that what came before of the case counts.
    """
    outlives = not goes_in_parts
    return Read(f"{source}.{HELD.name}", HeldView, about="request", protects=True, destroys=True, outlives=outlives)


def passed_by(source: str) -> tuple[Read, ...]:
    """Declare that erasures are followed by a service that keeps nothing of cases; `forget` takes their ids away."""
    views = {ORDERED: OrderedView, HELD: OrderedView, COMPLETED: OrderedView}
    return tuple(Read(f"{source}.{event_type.name}", view, outlives=True) for event_type, view in views.items())


def answer_of(holder: str) -> Read:
    """Declare that a holder's answers are followed."""
    return Read(f"{holder}.{ACKNOWLEDGED.name}", AcknowledgedView, outlives=True)

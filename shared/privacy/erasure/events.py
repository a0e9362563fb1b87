"""The events of an erasure: ordered by the service that owns the process, acknowledged by every holder, completed."""

from marshmallow import Schema

from shared.events.contract import Code, Codes, EventType, Identifier, Read, Reference
from shared.reference import codes


class ErasureOrdered(Schema):
    """Everybody who holds anything of the case deletes it, unless a law of their own makes them keep it."""

    request = Reference(required=True)
    reason = Code(codes("erasure_reason"), required=True)


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


class AcknowledgedView(Schema):
    """A holder's answer."""

    request = Reference(required=True)
    answer = Code(required=True)
    basis = Code(load_default=None, allow_none=True)


ORDERED = EventType(
    "erasure.ordered", ErasureOrdered, "rights", "Whatever is held of the case is to be erased.", protects=True
)
ACKNOWLEDGED = EventType("erasure.acknowledged", ErasureAcknowledged, "rights", "A holder has erased its part.")
COMPLETED = EventType("erasure.completed", ErasureCompleted, "rights", "Every holder has answered.")
#: They are about the erasure itself, identify nobody, and are all that is left in the log of an erased case.
OUTLIVING = frozenset(event_type.name for event_type in (ORDERED, ACKNOWLEDGED, COMPLETED))


def order_of(source: str) -> Read:
    """Declare that a service's orders are followed; `projection` carries them out."""
    return Read(f"{source}.{ORDERED.name}", OrderedView, about="request", protects=True, destroys=True, outlives=True)


def answer_of(holder: str) -> Read:
    """Declare that a holder's answers are followed."""
    return Read(f"{holder}.{ACKNOWLEDGED.name}", AcknowledgedView, outlives=True)

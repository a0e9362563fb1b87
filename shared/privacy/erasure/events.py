"""The events of an erasure: ordered by the service that owns the process, acknowledged by every holder, completed."""

from collections.abc import Mapping
from typing import Any, Final

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
    """Every holder of data of the case deletes them, unless a law requires it to keep them."""

    request = _REQUEST
    reason = _REASON


class ErasureHeld(Schema):
    """A legal hold delays an erasure: `holders` delete all their data now, the others what the hold does not cover.

    The rest is ordered automatically when the last hold has ended, after `until` at the latest.
    """

    request = _REQUEST
    reason = _REASON
    bases = declare(Codes(codes("legal_hold_basis")), FieldClass.BASIC, "The legal bases of the hold.")
    until = declare(Day(), FieldClass.BASIC, "The last possible day of the hold.")
    holders = declare(
        Codes(identifier=Identifier.SERVICE),
        FieldClass.BASIC,
        "The services that delete all their data.",
        category=OF_THE_LEAD,
    )


class ErasureAcknowledged(Schema):
    """This holder has deleted its data and destroyed its key, or keeps a part on the basis that it names."""

    request = Reference(required=True)
    answer = Code(codes("erasure_answer"), required=True)
    basis = Code(codes("erasure_basis"), required=True, allow_none=True)


class ErasureCompleted(Schema):
    """Every holder has answered; `kept` lists those that keep a part."""

    request = Reference(required=True)
    kept = Codes(identifier=Identifier.SERVICE, required=True)


class OrderedView(Schema):
    """The fields of an order that a holder needs for its acknowledgement."""

    request = Reference(required=True)


class HeldView(Schema):
    """The fields of an erasure under a hold that a holder needs to decide whether to continue."""

    request = Reference(required=True)
    holders = Codes(required=True)


class AcknowledgedView(Schema):
    """A holder's acknowledgement."""

    request = Reference(required=True)
    answer = Code(required=True)
    basis = Code(load_default=None, allow_none=True)


ORDERED = EventType(
    "erasure.ordered",
    ErasureOrdered,
    "rights",
    "Every service must erase its data of the case.",
    protects=True,
    audience=inside("`partners` itself notifies each agency that received events about the person."),
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
#: These events are about the erasure itself, identify no one, and are all that the log keeps of an erased case.
OUTLIVING = frozenset(event_type.name for event_type in (ORDERED, ACKNOWLEDGED, COMPLETED))


def order_of(source: str) -> Read:
    """Declare the consumption of a service's erasure orders; `projection` carries them out."""
    return Read(f"{source}.{ORDERED.name}", OrderedView, about="request", protects=True, destroys=True, outlives=True)


def held_of(source: str, holder: str | None = None) -> Read:
    """Declare the consumption of a service's orders under a legal hold; `projection` deletes what is due now.

    `holder`: the consumer. If the order names it, it deletes all its data. Otherwise it keeps the data under the hold,
    so earlier events of the case stay valid. None: it never deletes all.
    """

    def outlives(data: Mapping[str, Any]) -> bool:
        return holder in data.get("holders", ())

    return Read(f"{source}.{HELD.name}", HeldView, about="request", protects=True, destroys=True, outlives=outlives)


def passed_by(source: str) -> tuple[Read, ...]:
    """Declare the consumption of erasures by a service that stores no cases; `forget` deletes their ids."""
    views = {ORDERED: OrderedView, HELD: OrderedView, COMPLETED: OrderedView}
    return tuple(Read(f"{source}.{event_type.name}", view, outlives=True) for event_type, view in views.items())


def answer_of(holder: str) -> Read:
    """Declare the consumption of a holder's acknowledgements."""
    return Read(f"{holder}.{ACKNOWLEDGED.name}", AcknowledgedView, outlives=True)

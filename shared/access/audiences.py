"""What of an event may leave: by what is declared of its fields (`declarations`), and of its type.

One object for both: a field has the same category in a reply to staff of another agency and in an event to that agency,
but where its type says otherwise.
"""

from shared.access.declarations import AnyField, declaration_of
from shared.access.permissions import OF_THE_LEAD
from shared.events.audience import Audience, Reach
from shared.events.contract import EventType
from shared.events.kinds import BoundedList
from shared.events.outside import OutsideField, OutsideType


def outside(service: str, event_type: EventType) -> OutsideType:
    """Return a type of event as agencies may have it."""
    fields = {name: _outside_field(name, field, event_type.audience) for name, field in _fields(event_type).items()}
    name, version = event_type.name, event_type.version
    return OutsideType(service, name, version, event_type.audience, fields, event_type.older, event_type.place)


def undeclared(event_type: EventType) -> list[str]:
    """Return the fields of which nobody says what they mean, and so neither their category."""
    return [name for name, field in _fields(event_type).items() if not declaration_of(field).meaning]


def _fields(event_type: EventType) -> dict[str, AnyField]:
    return event_type.schema().fields


def _outside_field(name: str, field: AnyField, audience: Audience) -> OutsideField:
    declaration = declaration_of(field)
    inner = field.inner if isinstance(field, BoundedList) else field
    # What the event is about is the agency's own, but for what its type says needs a category.
    usual = None if audience.reach in (Reach.PARTY, Reach.OF_NOBODY) else declaration.category
    category = audience.fields.get(name, usual)
    stays = not audience.leaves or declaration.staff or not declaration.meaning or category == OF_THE_LEAD
    return OutsideField(type(inner).__name__, None if stays else category, stays)

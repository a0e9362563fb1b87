"""Which parts of an event can leave the installation, by the declarations of its fields and of its type.

The declarations are shared: a field has the same category in a reply to another agency's staff and in an event to that
agency, unless the event type specifies otherwise.
"""

from shared.access.declarations import AnyField, declaration_of
from shared.access.permissions import OF_THE_LEAD
from shared.events.audience import Audience, Reach
from shared.events.contract import EventType
from shared.events.kinds import BoundedList
from shared.events.outside import OutsideField, OutsideType


def outside(service: str, event_type: EventType) -> OutsideType:
    """Return an event type as agencies can receive it."""
    fields = {name: _outside_field(name, field, event_type.audience) for name, field in _fields(event_type).items()}
    name, version = event_type.name, event_type.version
    return OutsideType(service, name, version, event_type.audience, fields, event_type.older, event_type.place)


def undeclared(event_type: EventType) -> list[str]:
    """Return the fields without a declared meaning, and therefore without a category."""
    return [name for name, field in _fields(event_type).items() if not declaration_of(field).meaning]


def _fields(event_type: EventType) -> dict[str, AnyField]:
    return event_type.schema().fields


def _outside_field(name: str, field: AnyField, audience: Audience) -> OutsideField:
    declaration = declaration_of(field)
    inner = field.inner if isinstance(field, BoundedList) else field
    # The subject is always visible to the agency, unless the type requires a category for it.
    usual = None if audience.reach in (Reach.PARTY, Reach.OF_NOBODY) else declaration.category
    category = audience.fields.get(name, usual)
    stays = not audience.leaves or declaration.staff or not declaration.meaning or category == OF_THE_LEAD
    return OutsideField(type(inner).__name__, None if stays else category, stays)

"""Events for agencies' streams: three of this service, and every type that may leave, read without a schema."""

from collections.abc import Iterable
from typing import Final

from marshmallow import Schema

from shared.access import agencies
from shared.events.audience import inside, of_nobody
from shared.events.contract import Code, Codes, Day, EventType, Read, Reference
from shared.events.outside import OutsideType, catalogue
from shared.reference import codes

OWN_SOURCE: Final = "partners"
#: The classification of events about agencies, which concern no case.
_KIND: Final = agencies.REGISTERED.classification


class Nothing(Schema):
    """An event without data: its type states what happened."""


class TellingRecorded(Schema):
    """The agency, the data categories that it received, why it may receive them, and the day."""

    agency = Reference(required=True)
    data_categories = Codes(codes("data_category"), required=True)
    because = Code(codes("gate_reason"), required=True)
    told_on = Day(required=True)


#: Occurs only in agencies' streams. It is written when a stream is read; the event log does not contain it.
EMPTIED: Final = EventType(
    "position.emptied",
    Nothing,
    "agency",
    "The event at this position is not allowed for this agency now, or never was. The position stays.",
    classification=_KIND,
    audience=of_nobody(),
)
ERASED: Final = EventType(
    "subject.erased",
    Nothing,
    "rights",
    "A person about whom the agency received data was erased here. The agency must delete its data, unless a law "
    "requires it to keep them.",
    classification=_KIND,
    audience=of_nobody(),
)
TELLING: Final = EventType(
    "telling.recorded",
    TellingRecorded,
    "rights",
    "An agency received a data category about a person for the first time.",
    audience=inside("Recipients of a person's data are for the person to know, and not shared with other agencies."),
)
EVENTS: Final = (EMPTIED, ERASED, TELLING)


class AnythingView(Schema):
    """An empty view: the stream forwards the recorded data, reduced for each agency."""


def leaving_keys() -> tuple[str, ...]:
    """Return other services' event types, as `source.name`, of which at least one version may leave."""
    kinds = [kind for kind in catalogue().values() if kind.audience.leaves and kind.service != OWN_SOURCE]
    return tuple(sorted({_key(kind) for kind in kinds}))


def reads(already: Iterable[Read]) -> tuple[Read, ...]:
    """Return a declaration for every version of the types that may leave, except those that `already` contains."""
    declared = {(read.key, read.version) for read in already}
    keys = {*leaving_keys(), *(key for key, _version in declared)}
    versions = sorted((_key(kind), kind.version) for kind in catalogue().values() if _key(kind) in keys)
    return tuple(Read(key, AnythingView, version) for key, version in versions if (key, version) not in declared)


def _key(kind: OutsideType) -> str:
    return f"{kind.service}.{kind.name}"

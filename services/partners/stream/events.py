"""What is followed for the streams alone: every type that may leave, as it is, whatever its data are."""

from collections.abc import Iterable
from typing import Final

from marshmallow import Schema

from shared.access import agencies
from shared.events.audience import inside, of_nobody
from shared.events.contract import Code, Codes, Day, EventType, Read, Reference
from shared.events.outside import OutsideType, catalogue
from shared.reference import codes

OWN_SOURCE: Final = "partners"
#: As the events of the agencies are: about no case of ours.
_KIND: Final = agencies.REGISTERED.classification


class Nothing(Schema):
    """Nothing is said beside what happened."""


class TellingRecorded(Schema):
    """Which agency, of which kinds of data, why it may, and when."""

    agency = Reference(required=True)
    data_categories = Codes(codes("data_category"), required=True)
    because = Code(codes("gate_reason"), required=True)
    told_on = Day(required=True)


#: What stands in agencies' streams alone, written when they are read; nothing of it is in the log.
EMPTIED: Final = EventType(
    "position.emptied",
    Nothing,
    "agency",
    "What stood at this position of an agency's stream may not be told any more, or never was; the position stays.",
    classification=_KIND,
    audience=of_nobody(),
)
ERASED: Final = EventType(
    "subject.erased",
    Nothing,
    "rights",
    "Somebody of whom the agency was told was erased here: it deletes what it was told, unless a law makes it keep it.",
    classification=_KIND,
    audience=of_nobody(),
)
TELLING: Final = EventType(
    "telling.recorded",
    TellingRecorded,
    "rights",
    "An agency was told something of a person, of a kind that it had not been told of them before.",
    audience=inside("To whom something of a person goes is the person's to know, and no other agency's."),
)
EVENTS: Final = (EMPTIED, ERASED, TELLING)


class AnythingView(Schema):
    """Nothing is read of the data here: the stream hands on what was recorded, cut for each agency."""


def leaving_keys() -> tuple[str, ...]:
    """Return the types of other services' events of which some version may leave, by source and name."""
    kinds = [kind for kind in catalogue().values() if kind.audience.leaves and kind.service != OWN_SOURCE]
    return tuple(sorted({_key(kind) for kind in kinds}))


def reads(already: Iterable[Read]) -> tuple[Read, ...]:
    """Declare that all versions of the types that may leave are read, but those that are read `already`."""
    declared = {(read.key, read.version) for read in already}
    keys = {*leaving_keys(), *(key for key, _version in declared)}
    versions = sorted((_key(kind), kind.version) for kind in catalogue().values() if _key(kind) in keys)
    return tuple(Read(key, AnythingView, version) for key, version in versions if (key, version) not in declared)


def _key(kind: OutsideType) -> str:
    return f"{kind.service}.{kind.name}"

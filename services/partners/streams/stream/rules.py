"""Convert an event into an agency's copy: its pseudonyms, its fields, hours instead of instants. Pure.

The copies of two agencies have no identifier, key or exact instant in common.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from services.partners.streams.pseudonym.rules import Pseudonyms
from services.partners.streams.subscription.rules import THIN
from shared.access.permissions import Need
from shared.events.envelope import agency_schema_address, type_of
from shared.events.outside import OutsideType

ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "stream.read": {"agency": Need.ANY},
    "decisions.read": {"data_protection_officer": Need.ANY},
}
#: The type of the placeholder at a redacted position.
EMPTIED: Final = "position.emptied"
_SOURCE: Final = "partners"
EMPTIED_TYPE: Final = type_of(_SOURCE, EMPTIED, 1)
_FINER_THAN_HOURS: Final = re.compile(r"(?<=T)(\d{2}):\d{2}(?::\d{2}(?:\.\d+)?)?(?=Z|[+-])")


@dataclass(frozen=True)
class Happened:
    """An event as its source recorded it, with the agency's part of the data, in the version that the agency reads."""

    id: UUID
    subject: UUID
    correlation: UUID
    cause: UUID | None
    version: int
    data: Mapping[str, object]


@dataclass(frozen=True)
class Place:
    """A position in an agency's stream; `told_at` is when the event was put there."""

    agency: UUID
    sequence: int
    epoch: UUID
    told_at: datetime


def written(
    event_type: OutsideType,
    happened: Happened,
    place: Place,
    names: Pseudonyms,
    *,
    form: str,
    subject: UUID | None = None,
) -> bytes:
    """Return an agency's copy of an event in structured JSON, with its data or, in thin form, without.

    `subject`: the agency's pseudonym of the person, if only that is known.
    """
    data = {} if form == THIN else _data(event_type, happened, place.agency, names)
    version, whom = happened.version, str(subject or names.of(happened.subject))
    attributes = {
        **_attributes(event_type.service, event_type.name, version, place, names, happened.id),
        "subject": whom,
        "partitionkey": whom,
        "correlationid": str(names.of(happened.correlation)),
        **({} if happened.cause is None else {"causationid": str(names.of(happened.cause))}),
        "dataform": form,
    }
    return _encoded({**attributes, "data": data})


def emptied(event: UUID, place: Place, names: Pseudonyms) -> bytes:
    """Return the placeholder for a redacted position, without the person and the type of the event."""
    return _encoded({**_attributes(_SOURCE, EMPTIED, 1, place, names, event), "data": {}})


def _attributes(
    source: str, name: str, version: int, place: Place, names: Pseudonyms, event: UUID
) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": str(names.of(event)),
        "source": f"/casepath/{source}",
        "type": type_of(source, name, version),
        # To the hour: an exact instant would connect two agencies' copies, and the hour of delivery is known anyway.
        "time": hour_of(place.told_at),
        "datacontenttype": "application/json",
        "dataschema": agency_schema_address(source, name, version),
        "sequence": f"{place.sequence:020d}",
        "logepoch": str(names.of(place.epoch)),
    }


def hour_of(instant: datetime) -> str:
    """Return the hour of an instant, in UTC."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:00:00Z")


def _data(event_type: OutsideType, happened: Happened, agency: UUID, names: Pseudonyms) -> dict[str, object]:
    # An earlier version can have a public code where the newest has an id.
    codes = [form.by_code for form in event_type.older if form.version == happened.version]
    references = event_type.leaving("Reference").difference(*codes)
    instants = event_type.leaving("Instant", "Moment")
    return {
        name: _named(value, agency, names) if name in references else _to_the_hour(value) if name in instants else value
        for name, value in happened.data.items()
    }


def _named(value: object, agency: UUID, names: Pseudonyms) -> object:
    if isinstance(value, list):
        return [_named(name, agency, names) for name in value]
    if not isinstance(value, str):
        return value
    # The agency's own id is no secret to it and occurs in its own stream only.
    return value if UUID(value) == agency else str(names.of(UUID(value)))


def _to_the_hour(value: object) -> object:
    if isinstance(value, list):
        return [_to_the_hour(instant) for instant in value]
    return _FINER_THAN_HOURS.sub(r"\1:00:00", value) if isinstance(value, str) else value


def _encoded(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()

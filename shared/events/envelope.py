"""The CloudEvent of every service: the same document on AMQP, in a feed and in a webhook.

CloudEvents 1.0, structured JSON (https://github.com/cloudevents/spec). Pure: no I/O, so that rules can use it to
announce events.
"""

import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

CONTENT_TYPE = "application/cloudevents+json"
BATCH_CONTENT_TYPE = "application/cloudevents-batch+json"
#: Maximum size that intermediaries must forward (CloudEvents 1.0.2, size limits).
MAXIMUM_BYTES = 64 * 1024

#: The classification of an event whose subject was erased: its data are deleted, its position in the log remains.
ERASED = "erased"
#: The classification of an internal event: only the installation's own services read it.
INSIDE = "inside"

_PREFIX = "org.casepath"
_TYPE = re.compile(
    r"^org\.casepath\.(?P<service>[a-z]{2,20})\.(?P<name>[a-z_]{2,30}\.[a-z_]{2,30})\.v(?P<version>[1-9]\d{0,3})\Z"
)
_TYPE_AS_GIVEN = re.compile(
    r"(org\.casepath\.)?(?P<service>[a-z]{2,20})\.(?P<name>[a-z_]{2,30}\.[a-z_]{2,30})(\.v(?P<version>[1-9]\d{0,3}))?"
)
_SEQUENCE = re.compile(r"^\d{20}\Z")
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z")
_REQUIRED = frozenset(
    ("specversion", "id", "source", "type", "subject", "time", "sequence", "logepoch", "correlationid", "data")
)


def type_of(service: str, name: str, version: int) -> str:
    """Return the CloudEvents type of an event."""
    return f"{_PREFIX}.{service}.{name}.v{version}"


def read_type(text: str) -> tuple[str, str, int | None] | None:
    """Parse a type as entered by a user into service, name and version; prefix and version are optional."""
    match = _TYPE_AS_GIVEN.fullmatch(text)
    if match is None:
        return None
    return match["service"], match["name"], int(match["version"]) if match["version"] else None


class Unreadable(ValueError):
    """The body is not a valid event. `reason` is a code for metrics; no content of the body is kept."""

    status = 400

    def __init__(self, reason: str) -> None:
        """Store only the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event that a rule wants to publish: a name (`contact.opened`), codes and references, a version."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded fact of one service about one subject, at its position in that service's log.

    `time` is real time in UTC; dates of the domain are in `data`.
    """

    id: UUID
    source: str
    name: str
    version: int
    subject: UUID
    time: datetime
    position: int
    epoch: UUID
    correlation: UUID
    data: Mapping[str, Any]
    cause: UUID | None = None
    classification: str = "case"
    traceparent: str | None = None

    @property
    def type(self) -> str:
        """The CloudEvents type, including the version."""
        return type_of(self.source, self.name, self.version)

    @property
    def is_erased(self) -> bool:
        """Whether its data were deleted because its subject was erased."""
        return self.classification == ERASED

    @property
    def routing_key(self) -> str:
        """The topic on the source's own exchange."""
        return f"{self.name}.v{self.version}"

    def attributes(self) -> dict[str, str]:
        """The CloudEvents attributes, without the data."""
        attributes = {
            "specversion": "1.0",
            "id": str(self.id),
            "source": f"/casepath/{self.source}",
            "type": self.type,
            "subject": str(self.subject),
            "time": _written(self.time),
            "datacontenttype": "application/json",
            "dataschema": schema_address(self.source, self.name, self.version),
            "sequence": f"{self.position:020d}",
            "logepoch": str(self.epoch),
            "partitionkey": str(self.subject),
            "correlationid": str(self.correlation),
            "dataclassification": self.classification,
        }
        if self.cause is not None:
            attributes["causationid"] = str(self.cause)
        if self.traceparent is not None:
            attributes["traceparent"] = self.traceparent
        return attributes

    def document(self) -> dict[str, Any]:
        """The whole CloudEvent as one JSON object."""
        return {**self.attributes(), "data": dict(self.data)}


def schema_address(service: str, name: str, version: int) -> str:
    """Return the address of an event's data schema, which every service resolves below `/v1/schemas/`."""
    return f"urn:casepath:schema:{service}:{name}:v{version}"


def agency_schema_address(service: str, name: str, version: int) -> str:
    """Return the address of an event's schema for agencies, without the fields that they cannot receive."""
    return f"urn:casepath:agency-schema:{service}:{name}:v{version}"


def encode(event: Event) -> bytes:
    """Return the structured-mode document."""
    return write(
        id_=str(event.id),
        source=event.source,
        name=event.name,
        version=event.version,
        subject=str(event.subject),
        time=_written(event.time),
        position=event.position,
        epoch=str(event.epoch),
        correlation=str(event.correlation),
        cause=None if event.cause is None else str(event.cause),
        classification=event.classification,
        traceparent=event.traceparent,
        data=json.dumps(dict(event.data), separators=(",", ":"), ensure_ascii=False),
    )


def write(
    *,
    id_: str,
    source: str,
    name: str,
    version: int,
    subject: str,
    time: str,
    position: int,
    epoch: str,
    correlation: str,
    cause: str | None,
    classification: str,
    traceparent: str | None,
    data: str,
) -> bytes:
    """Assemble the document from text parts and JSON `data`, which is much faster than from objects.

    The result is identical to `Event.document`, including the order of members.
    """
    caused = "" if cause is None else f'"causationid":"{cause}",'
    traced = "" if traceparent is None else f'"traceparent":{_quoted(traceparent)},'
    return (
        f'{{"specversion":"1.0","id":"{id_}","source":"/casepath/{source}",'
        f'"type":"{type_of(source, name, version)}","subject":"{subject}","time":"{time}",'
        f'"datacontenttype":"application/json","dataschema":"{schema_address(source, name, version)}",'
        f'"sequence":"{position:020d}","logepoch":"{epoch}","partitionkey":"{subject}",'
        f'"correlationid":"{correlation}","dataclassification":{_quoted(classification)},{caused}{traced}"data":{data}}}'
    ).encode()


def _quoted(text: str) -> str:
    return json.dumps(text)


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def decode(body: bytes) -> Event:
    """Decode a structured-mode document. Raises `Unreadable` for anything else."""
    if len(body) > MAXIMUM_BYTES:
        raise Unreadable("too_large")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("no_json") from None
    return from_document(document)


def from_document(document: object) -> Event:
    """Decode an already parsed document. Raises `Unreadable` if it is not a valid event."""
    if not isinstance(document, dict) or not document.keys() >= _REQUIRED or document["specversion"] != "1.0":
        raise Unreadable("no_cloudevent")
    match = _TYPE.match(document["type"]) if isinstance(document["type"], str) else None
    if match is None:
        raise Unreadable("foreign_type")
    if document["source"] != f"/casepath/{match['service']}":
        raise Unreadable("foreign_source")
    data, cause = document["data"], document.get("causationid")
    try:
        if not isinstance(data, dict) or not _SEQUENCE.match(document["sequence"]):
            raise Unreadable("bad_attribute")
        return Event(
            id=UUID(document["id"]),
            source=match["service"],
            name=match["name"],
            version=int(match["version"]),
            subject=UUID(document["subject"]),
            time=_instant(document["time"]),
            position=int(document["sequence"]),
            epoch=UUID(document["logepoch"]),
            correlation=UUID(document["correlationid"]),
            cause=None if cause is None else UUID(cause),
            classification=str(document.get("dataclassification", "case"))[:40],
            traceparent=traceparent_or_none(document.get("traceparent")),
            data=data,
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise Unreadable("bad_attribute") from None


def traceparent_or_none(value: object) -> str | None:
    """Return a valid W3C traceparent, otherwise None: a header must not bring text into a log."""
    return value if isinstance(value, str) and _TRACEPARENT.match(value) else None


class Ids:
    """Generator of the process's ids: UUIDs of version 7 (RFC 9562), in order of creation.

    The records of one request therefore sort in order, even if they were created in the same millisecond (section 6.2,
    method 2). Two concurrent threads get two ids in either order. If the clock is set back, the ids follow it:
    continuing from the last id would reveal which cases were opened one after another.
    """

    def __init__(self, nanoseconds: Callable[[], int] = time.time_ns) -> None:
        """Store the clock: nanoseconds since 1970."""
        self._nanoseconds = nanoseconds
        self._last = 0

    def new(self) -> UUID:
        """Return a new id: milliseconds and 73 random bits. In the same millisecond, add 64 random bits to the last."""
        drawn = self._nanoseconds() // 1_000_000 << 74 | int.from_bytes(os.urandom(10), "big") >> 7
        if drawn >> 74 == self._last >> 74:
            drawn = self._last + 1 + int.from_bytes(os.urandom(8), "big")
        self._last = drawn
        head, tail = drawn >> 62, drawn & (1 << 62) - 1
        return UUID(int=head >> 12 << 80 | 0x7 << 76 | (head & 0xFFF) << 64 | 0b10 << 62 | tail)


new_id: Final = Ids().new


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant.astimezone(UTC)

"""The event contract of a service: the events that it emits and reads, checked by both sides.

The producer's `events.py` defines the emitted events. A consumer declares its own narrow view of the fields that it
reads, and ignores all other events in its release's catalogue. Only a closed list of field kinds can leave a service:
codes, dates, counts, booleans and references. There is no kind for names, addresses or free text.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

from shared.events import published
from shared.events.audience import UNDECLARED, Audience
from shared.events.envelope import INSIDE, Announcement, Event
from shared.events.kinds import (
    ALLOWED_KINDS,
    BoundedList,
    Code,
    Codes,
    Count,
    Day,
    Flag,
    Identifier,
    Instant,
    Moment,
    PartialDay,
    Reference,
)
from shared.events.older import OlderForm

__all__ = [
    "ALLOWED_KINDS",
    "Code",
    "Codes",
    "Count",
    "Day",
    "Emits",
    "EventRefused",
    "EventType",
    "Flag",
    "Identifier",
    "Instant",
    "Moment",
    "NewerVersion",
    "PartialDay",
    "Read",
    "Reads",
    "Received",
    "Reference",
    "UnknownType",
    "UnreadableData",
    "refuse_other_kinds",
]


class EventRefused(ValueError):
    """An announcement that breaks the contract of its producer: a programming error, never caused by a request."""


@dataclass(frozen=True)
class EventType:
    """One type of event that a service emits.

    `place` is its place on a person's path, for diagrams; `meaning` is one sentence for integrators. `too_much` means
    that this version contains more data than is now allowed: only services read it, permanently. `audience` declares
    which agencies can receive it; the default is none. `older`, on the newest version, defines how to convert it to
    each earlier version in use.
    """

    name: str
    schema: type[Schema]
    place: str
    meaning: str
    version: int = 1
    classification: str = "case"
    protects: bool = False
    too_much: bool = False
    audience: Audience = UNDECLARED
    older: tuple[OlderForm, ...] = ()

    @property
    def is_inside(self) -> bool:
        """Return whether the type is internal: no agency, integrator or member of staff receives it."""
        return self.classification == INSIDE


class Emits:
    """All events that one service emits."""

    def __init__(self, service: str, *types: EventType) -> None:
        """Raise an error at import for a field of a kind that must not travel."""
        self.service = service
        self.types = types
        self._by_key = {(event_type.name, event_type.version): event_type for event_type in types}
        self._schemas = {key: event_type.schema(unknown=RAISE) for key, event_type in self._by_key.items()}
        for event_type in types:
            refuse_other_kinds(event_type.schema)

    @property
    def too_much(self) -> frozenset[tuple[str, int]]:
        """The types, by name and version, that contain more data than is now allowed."""
        return frozenset((each.name, each.version) for each in self.types if each.too_much)

    def __iter__(self) -> Any:
        """Iterate over the types in the order of their declaration."""
        return iter(self.types)

    def check(self, announcement: Announcement) -> tuple[EventType, dict[str, Any]]:
        """Return the type, and the data as in the document. Raises `EventRefused` if either breaks the contract."""
        key = (announcement.name, announcement.version)
        if key not in self._by_key:
            raise EventRefused(f"{self.service} declares no event {announcement.name} v{announcement.version}")
        schema = self._schemas[key]
        data = schema.dump(announcement.data)
        # `dump` would silently drop unknown keys: a fact that does not travel is an error too.
        strangers = set(announcement.data) - set(schema.fields)
        problems = {name: ["has no such field"] for name in strangers} or schema.validate(data)
        if problems:
            raise EventRefused(f"{announcement.name} v{announcement.version}: {sorted(problems)} break its schema")
        return self._by_key[key], data


# control: H-CONFIDENTIALITY-1 events-carry-codes
def refuse_other_kinds(schema: type[Schema]) -> None:
    """Raise `EventRefused` if a field of the schema has a forbidden kind, or is a code without a list of values."""
    for name, kind in schema().fields.items():
        inner = kind.inner if type(kind) is BoundedList else kind
        if type(inner) not in ALLOWED_KINDS:
            raise EventRefused(f"{schema.__name__}.{name}: a {type(inner).__name__} may not leave a service")
        if isinstance(inner, Code) and inner.code_list is None and inner.identifier is None:
            raise EventRefused(f"{schema.__name__}.{name}: names neither its code list nor what it identifies")


@dataclass(frozen=True, slots=True)
class Received:
    """An event as its follower reads it: the whole envelope, but only the declared fields of its data."""

    event: Event
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Source and name, as in tables of handlers: `intake.contact.opened`."""
        return f"{self.event.source}.{self.event.name}"

    @property
    def subject(self) -> UUID:
        """The case (or other subject) that the event is about."""
        return self.event.subject


class UnknownType(Exception):
    """A type, or a version of an unread type, that is not in this release's catalogue."""


class NewerVersion(Exception):
    """A newer version, unknown to this consumer, of a type that it reads; its subject waits for the upgrade."""


class UnreadableData(ValueError):
    """Data that do not match the declared view: the producer broke its contract, or the view is wrong."""


@dataclass(frozen=True)
class Read:
    """A type that a follower reads, at a version, through its own view.

    `about` is the field of the view that names the one fact of its subject that the event states or takes back, such as
    `member`. With `protects`, it is a priority event: it is applied on receipt, and earlier events about that fact are
    not applied later. With `destroys`, it is applied only after its source's feed has confirmed it, because destruction
    cannot be reverted. With `outlives`, it reports the erasure of its subject and is also read after that erasure; a
    function decides it from the data of each event. With `ends`, it ends access when its turn comes. An operator cannot
    skip an event that protects or ends.

    `on_unknown(session, event)` handles a newer version that this consumer does not know. It can be called more than
    once, can use only the envelope, and can only restrict access. In any case the subject is held when the event's turn
    comes, until the upgrade.
    """

    key: str
    view: type[Schema]
    version: int = 1
    about: str | None = None
    protects: bool = False
    on_unknown: Callable[[Any, Event], None] | None = None
    outlives: bool | Callable[[Mapping[str, Any]], bool] = False
    destroys: bool = False
    ends: bool = False

    def __post_init__(self) -> None:
        """Raise an error for a priority event without a fact, or with a fact that the view does not contain."""
        if self.protects and self.about is None:
            raise ValueError(f"{self.key} protects, but does not say which field names what it restricts")
        if self.destroys and (self.on_unknown is not None or not self.protects):
            raise ValueError(
                f"{self.key} destroys: it has to be a priority event, and its envelope alone destroys nothing"
            )
        if self.about is not None and self.about not in self.view().fields:
            raise ValueError(f"{self.key}: its view has no field {self.about}")


class Reads:
    """All events that a service reads, and the services that it follows.

    `follows` names services whose logs are followed even if none of their events is read. `published` returns the types
    that this release knows, by source, name and version. Events of these types that are not read are ignored. An event
    of any other type shows that this consumer is older than its producer: `open` raises `UnknownType`.
    """

    def __init__(
        self,
        *reads: Read,
        follows: Iterable[str] = (),
        published: Callable[[], Collection[tuple[str, str, int]]] = published.types,
    ) -> None:
        """Index the declarations."""
        self.reads = reads
        self._follows = frozenset(follows)
        self._published = published
        self._views: dict[str, dict[int, Schema]] = {}
        self._facts = {(read.key, read.version): read.about for read in reads if read.about is not None}
        self._protecting = {read.key: read for read in reads if read.protects}
        self._unskippable = frozenset(read.key for read in reads if read.protects or read.ends)
        self._destroying = frozenset(read.key for read in reads if read.destroys)
        self._outliving = {read.key: read.outlives for read in reads if read.outlives}
        for read in reads:
            self._views.setdefault(read.key, {})[read.version] = read.view(unknown=EXCLUDE)

    # control: H-OPERATION-7 compiled-once
    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The services that are followed."""
        return tuple(sorted(self._follows | {key.partition(".")[0] for key in self._views}))

    @cached_property
    def versions(self) -> tuple[tuple[str, str, int], ...]:
        """Every version that is read, as source, name and number."""
        return tuple((*key.split(".", 1), number) for key, views in self._views.items() for number in views)  # type: ignore[misc]

    @cached_property
    def protecting(self) -> tuple[str, ...]:
        """The types that are applied on receipt."""
        return tuple(sorted(self._protecting))

    def priority_event(self, event: Event) -> Read | None:
        """Return the declaration of a priority event of any version; None for any other event."""
        return self._protecting.get(f"{event.source}.{event.name}")

    def must_be_applied(self, key: str) -> bool:
        """Return whether a type protects a person or ends access, so that it cannot be skipped."""
        return key in self._unskippable

    def destroys(self, event: Event) -> bool:
        """Return whether an event requires the confirmation of its source's feed."""
        return f"{event.source}.{event.name}" in self._destroying

    def outlives(self, event: Event) -> bool:
        """Return whether an event is also read after the erasure of its subject."""
        outlives = self._outliving.get(f"{event.source}.{event.name}", False)
        return outlives(event.data) if callable(outlives) else outlives

    def fact(self, received: Received) -> str | None:
        """Return the fact that an event is about, such as `member:<id>`; None if its type names none."""
        about = self._facts.get((received.key, received.event.version))
        return None if about is None else f"{about}:{received.data[about]}"

    def open(self, event: Event) -> Received | None:
        """Return the event through its declared view; None if its type is not read, or its data were erased.

        Raises `UnknownType`, `NewerVersion`, and `UnreadableData`.
        """
        if event.is_erased:
            return None
        key = f"{event.source}.{event.name}"
        versions = self._views.get(key)
        if versions is None:
            if (event.source, event.name, event.version) in self._published():
                return None
            raise UnknownType(key)
        if event.version not in versions:
            if event.version < min(versions):
                raise UnreadableData(f"{key}: version {event.version} is no longer read")
            raise NewerVersion(key)
        try:
            return Received(event, versions[event.version].load(event.data))
        except ValidationError as error:
            # Name only the invalid fields, never their values.
            raise UnreadableData(f"{key} v{event.version}: {sorted(error.messages_dict)}") from None

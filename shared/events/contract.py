"""What a service emits, and what it reads of others: the event contract, checked at both ends.

The producer's `events.py` is the truth of what is emitted. A consumer declares its own narrow view of the fields that
it reads. It ignores all other events of its release's catalogue. Only a closed list of field kinds may leave a service:
codes, dates, counts, booleans and references. A name, an address or free text has no field to travel in.
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
    """An announcement that breaks the contract of its producer: a mistake in our code, never in a request."""

    status = 500
    retryable = False


@dataclass(frozen=True)
class EventType:
    """One type of event that a service emits.

    `place` is its place on a person's path, for whoever draws the path; `meaning` is one sentence for an integrator.
    `too_much`: this version said more than is told today; services read it for ever, and nobody else is handed it.
    `audience`: which agencies may be told; none, as long as nobody says otherwise.
    `older`: of the newest version, how each earlier one that is kept is made of it.
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
        """Return whether it stays inside the installation: no agency, integrator or member of staff is handed it."""
        return self.classification == INSIDE


class Emits:
    """Everything that one service emits."""

    def __init__(self, service: str, *types: EventType) -> None:
        """Refuse, at import, a field that may not travel."""
        self.service = service
        self.types = types
        self._by_key = {(event_type.name, event_type.version): event_type for event_type in types}
        self._schemas = {key: event_type.schema(unknown=RAISE) for key, event_type in self._by_key.items()}
        for event_type in types:
            refuse_other_kinds(event_type.schema)

    @property
    def too_much(self) -> frozenset[tuple[str, int]]:
        """The types, by name and version, that said more than is told today."""
        return frozenset((each.name, each.version) for each in self.types if each.too_much)

    def __iter__(self) -> Any:
        """Walk the types in the order in which they were declared."""
        return iter(self.types)

    def check(self, announcement: Announcement) -> tuple[EventType, dict[str, Any]]:
        """Return the type, and the data as in the document. Raises `EventRefused` if either breaks the contract."""
        key = (announcement.name, announcement.version)
        if key not in self._by_key:
            raise EventRefused(f"{self.service} declares no event {announcement.name} v{announcement.version}")
        schema = self._schemas[key]
        data = schema.dump(announcement.data)
        # Unknown keys would vanish in a dump: a fact that silently does not travel is a mistake too.
        strangers = set(announcement.data) - set(schema.fields)
        problems = {name: ["has no such field"] for name in strangers} or schema.validate(data)
        if problems:
            raise EventRefused(f"{announcement.name} v{announcement.version}: {sorted(problems)} break its schema")
        return self._by_key[key], data


# control: H-CONFIDENTIALITY-1 events-carry-codes
def refuse_other_kinds(schema: type[Schema]) -> None:
    """Raise `EventRefused` if any field of the schema is of a kind that may not travel, or a code of unnamed values."""
    for name, kind in schema().fields.items():
        inner = kind.inner if type(kind) is BoundedList else kind
        if type(inner) not in ALLOWED_KINDS:
            raise EventRefused(f"{schema.__name__}.{name}: a {type(inner).__name__} may not leave a service")
        if isinstance(inner, Code) and inner.code_list is None and inner.identifier is None:
            raise EventRefused(f"{schema.__name__}.{name}: names neither its code list nor what it identifies")


@dataclass(frozen=True, slots=True)
class Received:
    """An event as its follower reads it: the whole envelope, and only the declared fields of its data."""

    event: Event
    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Source and name, as tables of handlers have it: `intake.contact.opened`."""
        return f"{self.event.source}.{self.event.name}"

    @property
    def subject(self) -> UUID:
        """The case (or other subject) that the event is about."""
        return self.event.subject


class UnknownType(Exception):
    """A type, or a version of a type that is not read, which is not in this release's catalogue."""

    retryable = False


class NewerVersion(Exception):
    """A version that this consumer does not know yet of a type that it reads; its subject waits for the upgrade."""

    retryable = False


class UnreadableData(ValueError):
    """Data that do not fit the declared view: the producer broke its contract, or we misread it."""

    retryable = False


@dataclass(frozen=True)
class Read:
    """A type that a follower reads, at a version, through a view of its own.

    `about` is the field of the view that names the one fact of its subject that the event states or takes back, such as
    `member`. With `protects`, the event is applied on receipt, and no earlier event about that fact is applied later.
    One that `destroys` as well is applied, ahead of its turn or in it, only once its source's feed has confirmed it:
    what shuts can be lifted again, what is destroyed stays so. A newer version than this consumer knows is handed to
    `on_unknown` (session, event), perhaps more than once, which may act on the envelope alone, and only shut; in any
    case its subject is held at its turn, until the upgrade.
    One that `outlives` its subject tells of its erasure, and is read also once that was erased here.
    """

    key: str
    view: type[Schema]
    version: int = 1
    about: str | None = None
    protects: bool = False
    on_unknown: Callable[[Any, Event], None] | None = None
    outlives: bool = False
    destroys: bool = False

    def __post_init__(self) -> None:
        """Refuse a priority event of nothing in particular, and a fact that the view does not read."""
        if self.protects and self.about is None:
            raise ValueError(f"{self.key} protects, but does not say which field names what it restricts")
        if self.destroys and (self.on_unknown is not None or not self.protects):
            raise ValueError(
                f"{self.key} destroys: it has to be a priority event, and its envelope alone destroys nothing"
            )
        if self.about is not None and self.about not in self.view().fields:
            raise ValueError(f"{self.key}: its view has no field {self.about}")


class Reads:
    """All that a service follows: what it reads, and from which services.

    `follows` names services whose logs are followed even if nothing of them is read. `published` returns the types that
    this release knows, by source, name and version. Events of these types that are not read are ignored. An event of
    any other type shows that this consumer is older than its producer: `open` raises `UnknownType`.
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
        self._destroying = frozenset(read.key for read in reads if read.destroys)
        self._outliving = frozenset(read.key for read in reads if read.outlives)
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
        """Return the declaration of a protecting event, whatever its version; None for any other event."""
        return self._protecting.get(f"{event.source}.{event.name}")

    def destroys(self, event: Event) -> bool:
        """Return whether an event acts only once its source's feed has confirmed it."""
        return f"{event.source}.{event.name}" in self._destroying

    def outlives(self, event: Event) -> bool:
        """Return whether an event is read also of a subject that was erased."""
        return f"{event.source}.{event.name}" in self._outliving

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
            # The fields that broke, never what stood in them.
            raise UnreadableData(f"{key} v{event.version}: {sorted(error.messages_dict)}") from None

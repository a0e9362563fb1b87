"""A route: the declaration of one address, and nameko's entrypoint for it."""

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypedDict, TypeVar, Unpack, overload
from uuid import UUID

from marshmallow import Schema
from nameko.web.handlers import HttpRequestHandler
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request, Response

from shared.access.permissions import NOTHING, Relation, Sight
from shared.access.tokens import Principal
from shared.access.views import CaseView, View, unclassed, wordy
from shared.http.commands import Command
from shared.http.pieces import CallInPieces
from shared.http.server import Server
from shared.http.server.waits import Awaited
from shared.reference.words import ENGLISH
from shared.store.database import Database

Asked = TypeVar("Asked", bound=Command)

#: A value that may follow the question mark: its name, its JSON Schema, and what it means.
Query = tuple[str, dict[str, Any], str]


@dataclass(frozen=True)
class Media:
    """A reply that its schema does not write: its content type, and what a document says of it (a view, or text)."""

    content_type: str
    schema: type[View] | Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, eq=False)
class Route:
    """One address. There is one object for each, so that the pipeline can keep its chain.

    `action` is its entry in the access table; None is open to all and touches no case.
    `knows_callers`: of one that is open to all, whoever brings a token is known by it.
    `tells_strangers`: a valid sign-in that is not registered is answered 403 with its issuer and subject, not 401.

    `creates` asks for an Idempotency-Key, `changes` for If-Match with the version of the case, or of what the address
    names (`matching.check_unchanged`), `sets` for the same once there is something to change. `reads` marks a POST that
    changes nothing, such as a search; every other change may bring an Idempotency-Key. `in_pieces` asks for one too:
    what it makes is done piece by piece (`CallInPieces`); it is about no case, and has a body and a `reply`. `part`
    names the part of the case that is changed and nothing else, `person` or `referrals/{referral}`: If-Match may have
    its ETag too. `query` names what may follow the question mark; any other name is refused. `reply` is the schema that
    writes what it answers. `as_csv` (it answers `Accept: text/csv`), `conditional` (it answers 304 to the ETag that
    somebody has already), `status` and `headers` are for the document. `only_reads` marks a GET that stores nothing but
    the row of the audit, which ends it: its statements need no transaction around them. `by_real_time`: what it answers
    does not depend on the domain's now, which is not asked for. `prepare` asks outside what the request needs to know,
    once the caller is admitted and before the transaction begins; it refuses nothing, and what it returns is
    `Call.prepared`. `scarce` returns whether a body asks for, or with,
    something that is scarce; `scarce_rate` names the rate of it (`Rates.scarce`).
    """

    method: str
    path: str
    action: str | None
    body: type[Schema] | None = None
    creates: bool = False
    changes: bool = False
    sets: bool = False
    reads: bool = False
    in_pieces: bool = False
    part: str | None = None
    summary: str = ""
    query: tuple[Query, ...] = ()
    scarce: Callable[[Any], bool] | None = None
    scarce_rate: str = "codes"
    as_csv: bool = False
    conditional: bool = False
    only_reads: bool = False
    by_real_time: bool = False
    knows_callers: bool = False
    tells_strangers: bool = False
    prepare: "Callable[[Preparing], object] | None" = None
    reply: type[View] | Media | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The function's name and the room that it stands in: the operation's id and tag in the document.
    name: str = ""
    topic: str = ""
    about_topic: str = ""

    def __post_init__(self) -> None:
        """Refuse a reply about a case of which a field has no class: nobody would be shown it. Raises `ValueError`.

        So is one to a change that could hold somebody's words, since it is kept for who sends the change again.
        """
        if self.only_reads and self.method != "GET":
            raise ValueError(f"{self.method} {self.path} is a change, which is stored as a whole or not at all")
        if not self.about_case or self.reply is None or isinstance(self.reply, Media):
            return
        words = wordy(self.reply) if self.may_repeat else []
        if words:
            raise ValueError(f"{self.method} {self.path}: {', '.join(words)} of {self.reply.__name__} may not be kept")
        strangers = unclassed(self.reply)
        if strangers:
            raise ValueError(f"{self.method} {self.path}: {', '.join(strangers)} of {self.reply.__name__} has no class")
        if self.method == "GET" and not issubclass(self.reply, CaseView):
            raise ValueError(
                f"{self.method} {self.path}: {self.reply.__name__} is no CaseView, and names what it withholds"
            )

    @property
    def needs_key(self) -> bool:
        """Return whether it has to have an Idempotency-Key."""
        return self.creates or self.in_pieces

    @property
    def may_repeat(self) -> bool:
        """Return whether it is a change that is done once, and answered alike, with one Idempotency-Key."""
        return self.action is not None and self.method != "GET" and not self.reads

    @property
    def about_case(self) -> bool:
        """Return whether the address names a case."""
        return "<uuid:case>" in self.path


@dataclass(frozen=True)
class Withheld:
    """Why a part of a case is not shown, as a code, and the status with which a request for it would be refused."""

    reason: str
    status: int


@dataclass(frozen=True)
class Preparing:
    """A request whose caller is admitted, before its transaction: what it names and says, and what can be asked."""

    database: Database
    path: Mapping[str, Any]
    command: Any


@dataclass
class Call:
    """One request, checked: who asks, their relation to the case, what they see of it, when, in which language.

    Of an address that is open to all, the principal of whoever brings no token has no subject.
    """

    session: Session
    now: datetime
    principal: Principal
    path: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)
    relation: Relation = Relation.NONE
    sight: Sight = NOTHING
    accepts: str = ""
    if_match: str | None = None
    language: str = ENGLISH
    #: Of an address that is open to all: the languages in which the caller may be answered.
    languages: tuple[str, ...] = (ENGLISH,)
    prepared: Any = None
    #: Of an address that names a case: why the caller may not read another part of it, by that part's action.
    withheld: Callable[[str], Withheld | None] = field(default=lambda _action: None)

    @property
    def is_signed_in(self) -> bool:
        """Return whether somebody is known to ask."""
        return bool(self.principal.subject)

    @property
    def case(self) -> UUID:
        """The case that the address names."""
        case: UUID = self.path["case"]
        return case


@dataclass
class CallWith(Call, Generic[Asked]):
    """A request with a body, as a typed command."""

    command: Asked = field(kw_only=True)


@dataclass(frozen=True)
class Reply:
    """What a route answers. `created` becomes `id` and Location; `version` the ETag.

    `alike` is an earlier record of the case that says the same as the one that was created, if there is one.

    `body` is what the route's reply schema reads: rows, or mappings of its fields. With `plain` it is JSON already, as
    the schema would write it: for long lists, and never about a case.
    `text` with an ETag among the headers is left out where the caller has it already (304).
    `awaited` is what its caller would rather wait for than hear that there is nothing new.
    `once` is shown in this very answer, and kept with no Idempotency-Key: what may be read one time alone.
    `about` is the subject that the audit notes where the address names no case; nothing is noted where `noted` is
    False, of an answer to a service that tells of nobody. `noted_as` is the act, where it is another than the route's.
    `beside` has fields of a reply about a case that are written already. `also_noted` are further acts for the audit,
    each with its status: a request that reads several parts is noted like one request for each part.
    """

    body: Any = None
    status: int = 200
    created: UUID | None = None
    alike: UUID | None = None
    version: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    text: bytes | None = None
    about: UUID | None = None
    noted: bool = True
    noted_as: str | None = None
    plain: bool = False
    once: Mapping[str, str] = field(default_factory=dict, repr=False)
    awaited: Awaited | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)
    also_noted: tuple[tuple[str, int], ...] = ()


class RouteEntrypoint(HttpRequestHandler):  # type: ignore[misc]  # nameko carries no types
    """Nameko's HTTP entrypoint on our server."""

    server = Server()

    def check_signature(self, args: object, kwargs: object) -> None:
        """Accept what the address has, as every `serve` does: nameko would look through the function each time."""


_entrypoint = RouteEntrypoint.decorator


class Options(TypedDict, total=False):
    """What a route may declare beside its action and body; see `Route`."""

    creates: bool
    changes: bool
    sets: bool
    reads: bool
    in_pieces: bool
    part: str | None
    query: tuple[Query, ...]
    scarce: Callable[[Any], bool] | None
    scarce_rate: str
    as_csv: bool
    conditional: bool
    only_reads: bool
    by_real_time: bool
    knows_callers: bool
    tells_strangers: bool
    prepare: "Callable[[Preparing], object] | None"
    reply: type[View] | Media | None
    status: int
    headers: Mapping[str, str]


#: A function of a room, or a method of a service class, that answers a typed command.
Handle = (
    Callable[[CallWith[Asked]], Reply]
    | Callable[[Any, CallWith[Asked]], Reply]
    | Callable[[CallInPieces[Asked]], Reply]
)


@overload
def route(
    method: str, path: str, *, action: str | None, body: type[Asked], **options: Unpack[Options]
) -> Callable[[Handle[Asked]], Any]: ...
@overload
def route(
    method: str, path: str, *, action: str | None, body: None = None, **options: Unpack[Options]
) -> Callable[[Callable[..., Reply]], Any]: ...
def route(
    method: str,
    path: str,
    *,
    action: str | None,
    body: type[Command] | None = None,
    **options: Unpack[Options],
) -> Callable[[Callable[..., Reply]], Any]:
    """Serve an address: by a function of a room (see `shared.runtime.topics`), or by a method of a service class.

    The class has an `edge` (see `shared.http.Edge`).
    """
    schema = None if body is None else body.schema

    def decorate(handle: Callable[..., Reply]) -> Any:
        summary = first_line(handle.__doc__ or handle.__name__)
        spec = Route(
            method,
            path,
            action,
            schema,
            summary=summary,
            name=handle.__name__,
            topic=topic_of(handle.__module__),
            about_topic=first_line(sys.modules[handle.__module__].__doc__),
            **options,
        )
        needs_class = "self" in inspect.signature(handle).parameters
        return entrypoint_of(
            spec, lambda service: functools.partial(handle, service) if needs_class else handle, handle.__module__
        )

    return decorate


def entrypoint_of(spec: Route, handler_of: Callable[[Any], Callable[..., Reply]], module: str) -> Any:
    """Return nameko's entrypoint for a route; `handler_of` returns its handler for an instance of the service class."""

    def serve(self: Any, request: Request, **values: Any) -> Response:
        doors = doors_of(type(self))  # type: ignore[arg-type]  # a class has a hash
        response: Response = self.edge.serve(spec, handler_of(self), request, values, doors)
        return response

    serve.__name__ = spec.name
    serve.__doc__ = spec.summary
    serve.__module__ = module
    serve.route = spec  # type: ignore[attr-defined]  # read by `routes_of`
    return _entrypoint(spec.method, spec.path)(serve)


def topic_of(module: str) -> str:
    """Return the room of a route's module: `hearing` of `services.legal.hearing.topic`."""
    parts = module.split(".")
    return parts[-2] if parts[-1] == "topic" else parts[-1]


def first_line(text: str | None) -> str:
    """Return the first line of a docstring."""
    return (text or "").strip().partition("\n")[0]


@dataclass(frozen=True, eq=False)
class Doors:
    """What can be done to a case at a service: each action, whether it only reads, and the parts that are changed.

    There is one of each service, so that what follows from them can be kept by them.
    """

    acts: Mapping[str, bool] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@functools.cache
def doors_of(service_class: type) -> Doors:
    """Return what can be done to a case by the routes of a service class."""
    routes = [route for route in routes_of(service_class) if route.about_case and route.action is not None]
    writes = {route.action for route in routes if route.method != "GET"}
    acts = {str(route.action): route.action not in writes for route in routes}
    parts = {route.part for route in routes if route.part is not None}
    return Doors(dict(sorted(acts.items())), tuple(sorted(parts)))


def routes_of(service_class: type) -> list[Route]:
    """Return every route of a service class, in the order of their definition."""
    names = [name for part in reversed(service_class.__mro__) for name in vars(part)]
    routes = [getattr(getattr(service_class, name, None), "route", None) for name in dict.fromkeys(names)]
    return [route for route in routes if route is not None]

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

#: A query parameter: its name, its JSON Schema, and its meaning.
Query = tuple[str, dict[str, Any], str]


@dataclass(frozen=True)
class Media:
    """A reply that no schema serialises: its content type, and its description in the document (a view, or text)."""

    content_type: str
    schema: type[View] | Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True, eq=False)
class Route:
    """One address. There is one object for each route, so that the pipeline can cache its chain of steps.

    - `action`: the entry in the access table. None: the route is open to everyone and touches no case.
    - `knows_callers`: an open route that still identifies a caller who sends a token.
    - `tells_strangers`: a valid but unregistered sign-in receives 403 with its issuer and subject, not 401.
    - `creates`: requires an Idempotency-Key.
    - `changes`: requires If-Match with the version of the case or of the addressed resource
      (`matching.check_unchanged`). `sets`: the same, once the resource exists.
    - `reads`: a POST that changes nothing, such as a search. Every other change accepts an Idempotency-Key.
    - `in_pieces`: requires an Idempotency-Key, and the work is done piece by piece (`CallInPieces`). The route is not
      about a case, and has a body and a `reply`.
    - `part`: the only part of the case that changes, `person` or `referrals/{referral}`. If-Match may contain its ETag
      instead.
    - `query`: the query parameters. Any other parameter is refused.
    - `reply`: the schema that serialises the reply.
    - `as_csv` (answers `Accept: text/csv`), `conditional` (answers 304 to a current ETag), `status`, `headers`: for the
      document.
    - `refuses`: statuses of problems of this route, in addition to those that follow from its declaration.
    - `only_reads`: a GET that stores only the row of the audit, as its last step. Its statements need no transaction.
    - `by_real_time`: the reply does not depend on the domain's time, which is then not queried.
    - `prepare`: gets outside data for the request, after the caller is admitted and before the transaction begins. It
      refuses nothing. Its result is `Call.prepared`.
    - `scarce`: returns whether a body requests or uses a scarce resource. `scarce_rate`: the name of its rate limit
      (`Rates.scarce`).
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
    refuses: tuple[int, ...] = ()
    #: The names of the function and of its room: the operation's id and tag in the document.
    name: str = ""
    topic: str = ""
    about_topic: str = ""

    def __post_init__(self) -> None:
        """Raise `ValueError` for a reply about a case with a field that has no class: no reader would see the field.

        A reply to a change must not contain free text either, because it is stored for replays of the change.
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
        """Return whether it requires an Idempotency-Key."""
        return self.creates or self.in_pieces

    @property
    def may_repeat(self) -> bool:
        """Return whether it is a change that runs only once, with the same reply, for each Idempotency-Key."""
        return self.action is not None and self.method != "GET" and not self.reads

    @property
    def about_case(self) -> bool:
        """Return whether the address contains a case id."""
        return "<uuid:case>" in self.path


@dataclass(frozen=True)
class Withheld:
    """The code of the reason why a part of a case is hidden, and the HTTP status of a request for that part."""

    reason: str
    status: int


@dataclass(frozen=True)
class Preparing:
    """An admitted request before its transaction begins: its path, its body, and the services to query."""

    database: Database
    path: Mapping[str, Any]
    command: Any


@dataclass
class Call:
    """One checked request: the caller, their relation to the case, what they can see, the time, and the language.

    On an open address, the principal of a caller without a token has no subject.
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
    #: Only for an open address: the languages that the reply may have.
    languages: tuple[str, ...] = (ENGLISH,)
    prepared: Any = None
    #: Only for a case's address: why the caller can't read another part of the case, by that part's action.
    withheld: Callable[[str], Withheld | None] = field(default=lambda _action: None)

    @property
    def is_signed_in(self) -> bool:
        """Return whether the caller is identified."""
        return bool(self.principal.subject)

    @property
    def case(self) -> UUID:
        """The case in the address."""
        case: UUID = self.path["case"]
        return case


@dataclass
class CallWith(Call, Generic[Asked]):
    """A request with a body, as a typed command."""

    command: Asked = field(kw_only=True)


@dataclass(frozen=True)
class Reply:
    """The reply of a route.

    - `body`: the input of the route's reply schema: rows, or mappings of its fields.
    - `plain`: the body is JSON already, as the schema would write it. For long lists, and never about a case.
    - `created`: becomes `id` and Location. `version`: becomes the ETag.
    - `alike`: an earlier record of the case with the same content as the created one, if there is one.
    - `text`: with an ETag among the headers, it is omitted if the caller already has it (304).
    - `awaited`: what the caller waits for if there is nothing new (long polling).
    - `once`: shown only in this response, and not stored with an Idempotency-Key, because it may be read only once.
    - `about`: the subject for the audit if the address contains no case.
    - `noted`: False for a reply to a service that is about nobody. It is then not audited.
    - `noted_as`: the audited act, if it differs from the route's.
    - `also_noted`: further acts for the audit, each with its status. A request that reads several parts is audited like
      one request for each part.
    - `beside`: fields of a reply about a case that are serialised already.
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
        """Accept the address's values, as every `serve` does. Nameko would inspect the function on each request."""


_entrypoint = RouteEntrypoint.decorator


class Options(TypedDict, total=False):
    """The options of a route other than its action and body; see `Route`."""

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
    refuses: tuple[int, ...]


#: A function of a room, or a method of a service class, that handles a typed command.
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
    """Return the room of a route's module: `hearing` of `services.legal.court.hearing.topic`."""
    parts = module.split(".")
    return parts[-2] if parts[-1] == "topic" else parts[-1]


def first_line(text: str | None) -> str:
    """Return the first line of a docstring."""
    return (text or "").strip().partition("\n")[0]


@dataclass(frozen=True, eq=False)
class Doors:
    """The actions on a case at a service: each action, whether it only reads, and the parts that it changes.

    There is one object for each service, so that derived values can be cached by it.
    """

    acts: Mapping[str, bool] = field(default_factory=dict)
    parts: tuple[str, ...] = ()


@functools.cache
def doors_of(service_class: type) -> Doors:
    """Return the actions on a case that the routes of a service class offer."""
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

"""A route: the declaration of one address, and nameko's entrypoint for it."""

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import Any, Generic, TypedDict, TypeVar, Unpack, overload
from uuid import UUID

from marshmallow import Schema
from nameko.web.handlers import HttpRequestHandler
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request, Response

from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.access.views import CaseView, View, unclassed
from shared.http.commands import Command
from shared.http.server import Server

Served = TypeVar("Served")
Asked = TypeVar("Asked", bound=Command)

#: A value that may follow the question mark: its name, its JSON Schema, and what it means.
Query = tuple[str, dict[str, Any], str]


@dataclass(frozen=True)
class Media:
    """A reply that its schema does not write: its content type, and what a document says of it (a view, or text)."""

    content_type: str
    schema: type[View] | Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})


@dataclass(frozen=True)
class Route:
    """One address. `action` is its entry in the access table; None is open to all and touches no case.

    `creates` asks for an Idempotency-Key, `changes` for If-Match with the case's version. `query` names what may follow
    the question mark; any other name is refused. `reply` is the schema that writes what it answers. `as_csv` (it
    answers `Accept: text/csv`), `conditional` (it answers 304 to the ETag that somebody has already), `status` and
    `headers` are for the document. `scarce` returns whether a body asks for, or with, something that is scarce.
    """

    method: str
    path: str
    action: str | None
    body: type[Schema] | None = None
    creates: bool = False
    changes: bool = False
    summary: str = ""
    query: tuple[Query, ...] = ()
    scarce: Callable[[Any], bool] | None = None
    as_csv: bool = False
    conditional: bool = False
    reply: type[View] | Media | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: The function's name and the room that it stands in: the operation's id and tag in the document.
    name: str = ""
    topic: str = ""
    about_topic: str = ""

    def __post_init__(self) -> None:
        """Refuse a reply about a case of which a field has no class: nobody would be shown it. Raises `ValueError`."""
        if not self.about_case or self.reply is None or isinstance(self.reply, Media):
            return
        strangers = unclassed(self.reply)
        if strangers:
            raise ValueError(f"{self.method} {self.path}: {', '.join(strangers)} of {self.reply.__name__} has no class")
        if self.method == "GET" and not issubclass(self.reply, CaseView):
            raise ValueError(
                f"{self.method} {self.path}: {self.reply.__name__} is no CaseView, and names what it withholds"
            )

    @property
    def about_case(self) -> bool:
        """Return whether the address names a case."""
        return "<uuid:case>" in self.path


@dataclass
class Call:
    """One request, checked: who asks, their relation to the case, in which transaction, when."""

    session: Session
    now: datetime
    principal: Principal
    path: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)
    relation: Relation = Relation.NONE
    accepts: str = ""

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

    `body` is what the route's reply schema reads: rows, or mappings of its fields. With `plain` it is JSON already, as
    the schema would write it: for long lists, and never about a case.
    `text` with an ETag among the headers is left out where the caller has it already (304).
    `about` is the subject that the audit notes where the address names no case; nothing is noted where `noted` is
    False, of an answer to a service that tells of nobody. `noted_as` is the act, where it is another than the route's.
    """

    body: Any = None
    status: int = 200
    created: UUID | None = None
    version: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    text: bytes | None = None
    about: UUID | None = None
    noted: bool = True
    noted_as: str | None = None
    plain: bool = False


class RouteEntrypoint(HttpRequestHandler):  # type: ignore[misc]  # nameko carries no types
    """Nameko's HTTP entrypoint on our server."""

    server = Server()


_entrypoint = RouteEntrypoint.decorator


class Options(TypedDict, total=False):
    """What a route may declare beside its action and body; see `Route`."""

    creates: bool
    changes: bool
    query: tuple[Query, ...]
    scarce: Callable[[Any], bool] | None
    as_csv: bool
    conditional: bool
    reply: type[View] | Media | None
    status: int
    headers: Mapping[str, str]


#: A function of a room, or a method of a service class, that answers a typed command.
Handle = Callable[[CallWith[Asked]], Reply] | Callable[[Any, CallWith[Asked]], Reply]


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
    """Serve an address: by a function of a room (see `with_routes`), or by a method of a service class.

    The class has an `edge` (see `shared.http.Edge`).
    """
    schema = None if body is None else body.schema

    def decorate(handle: Callable[..., Reply]) -> Any:
        summary = _first_line(handle.__doc__ or handle.__name__)
        spec = Route(
            method,
            path,
            action,
            schema,
            summary=summary,
            name=handle.__name__,
            topic=_topic_of(handle.__module__),
            about_topic=_first_line(sys.modules[handle.__module__].__doc__),
            **options,
        )
        needs_class = "self" in inspect.signature(handle).parameters

        def serve(self: Any, request: Request, **values: Any) -> Response:
            perform = functools.partial(handle, self) if needs_class else handle
            response: Response = self.edge.serve(spec, perform, request, values)
            return response

        serve.__name__ = handle.__name__
        serve.__doc__ = handle.__doc__
        serve.__module__ = handle.__module__
        serve.route = spec  # type: ignore[attr-defined]  # read by `routes_of`
        return _entrypoint(method, path)(serve)

    return decorate


def _topic_of(module: str) -> str:
    """Return the room of a route's module: `consent` of `services.intake.consent.routes`."""
    parts = module.split(".")
    return parts[-2] if parts[-1] == "routes" else parts[-1]


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]


def with_routes(*rooms: ModuleType) -> Callable[[type[Served]], type[Served]]:
    """Add the routes of these modules to a service class, since nameko finds entrypoints on the class alone.

    Raises `ValueError` for two routes of one name: the second would hide the first.
    """

    def decorate(service_class: type[Served]) -> type[Served]:
        for room in rooms:
            for name, member in vars(room).items():
                if getattr(member, "route", None) is None or member.__module__ != room.__name__:
                    continue
                if hasattr(service_class, name):
                    raise ValueError(f"{service_class.__name__} has two routes named {name}.")
                setattr(service_class, name, member)
        return service_class

    return decorate


def routes_of(service_class: type) -> list[Route]:
    """Return every route of a service class, in the order of their definition."""
    names = [name for part in reversed(service_class.__mro__) for name in vars(part)]
    routes = [getattr(getattr(service_class, name, None), "route", None) for name in dict.fromkeys(names)]
    return [route for route in routes if route is not None]

"""Bind an address to an action by the action's signature.

    ROUTES = (
        post("advice.record", f"{CASE}/advice", actions.record_advice, creates=True),
        get("file.due", "/v1/files/due", actions.due_in_files, reply=schemas.DueInFiles),
    )

The request supplies the parameters of the action by their names and types: `session`, `now`, `by` (the caller),
`relation`, `sight`, `language`, `matches` (compares a version with If-Match), `after` and `limit` (of the query `PAGE`;
`before` of a list by number, the latest first), `command` (the body), the values in the path, and those of the query:
`query` has them all, and each is a `str | None` by its name. The parameter for `<uuid:advice>` is `advice` or
`advice_id`. A parameter whose type has a class method `from_call` is what that method makes of the request about a
case, such as support's `Change`, which has locked the case. The type that the action returns decides the reply:

| returned type | route | reply |
| --- | --- | --- |
| `UUID`, `Created` | creates | 201 with the id, an earlier similar record, and perhaps more fields |
| `tuple[UUID, int]` | creates, about no case | 201 with the id and the version of what was created |
| `None` | creates | 201 with the last id in the path |
| `None` | DELETE, or with `status=204` | 204 |
| `None` | with `status=202` | 202 with the last id in the path |
| `None` | changes, with a `reply` | 200 with the last id in the path |
| `int` | changes a record that is no case | 200 with the last id in the path, and the version |
| a tuple of a body and an `int` | with a `reply` | the body, and the version of what it shows |
| `Reply` | with a `reply` | itself: one with a secret, headers, or a subject that is not in the path |
| anything else | with a `reply` | the body, written by the view in `reply` |

If the path has no case, the audit notes the reply as about the id in the path that `about` names, by default the
agency. The reply to a change of a case has the version of the case, if the work has raised it:
`shared/http/matching.py` reads it at the end, so no action returns it. The summary of the operation is the first line
of the action's docstring, and its id is the action's name or `name`. A route whose action does not fit has a handler
(`shared.http.route`).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from http import HTTPStatus
from inspect import Parameter, signature
from operator import attrgetter
from types import ModuleType, NoneType
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar, Unpack, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.permissions import Relation, Sight
from shared.access.tokens import Principal
from shared.http import paging
from shared.http.commands import Command
from shared.http.matching import check_unchanged
from shared.http.route import Call, Options, Reply, Route, entrypoint_of, first_line, topic_of

Served = TypeVar("Served")
Act: TypeAlias = Callable[..., Any]
_Take: TypeAlias = Callable[[Call], object]
_Answer: TypeAlias = Callable[[Call, Any], Reply]

#: The parameters that a request supplies in addition to its body and the values in its path.
_SUPPLIED: Final[Mapping[str, tuple[Any, _Take]]] = {
    "session": (Session, attrgetter("session")),
    "now": (datetime, attrgetter("now")),
    "by": (Principal, attrgetter("principal")),
    "relation": (Relation, attrgetter("relation")),
    "sight": (Sight, attrgetter("sight")),
    "language": (str, attrgetter("language")),
    "query": (Mapping[str, str], attrgetter("query")),
    "after": (UUID, lambda call: paging.after(call.query, UUID)),
    "before": (int, lambda call: paging.after(call.query, paging.place)),
    "limit": (int, lambda call: paging.limit(call.query, paging.LARGEST_PAGE)),
    "matches": (Callable[[int], None], lambda call: partial(check_unchanged, call.if_match)),
}
_IN_PATH: Final = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
_KINDS: Final[Mapping[str | None, type]] = {"uuid": UUID, "int": int, "string": str, None: str}


class Created(NamedTuple):
    """The result of an action that creates: the id, an earlier record with the same content, and more reply fields."""

    id: UUID
    alike: UUID | None = None
    body: Any = None


class Unbindable(TypeError):
    """An action does not fit its address. Raised at import."""


@dataclass(frozen=True)
class Bound:
    """An address that an action answers."""

    method: str
    action: str
    path: str
    act: Act
    options: Options
    own_name: str | None = None
    about: str = "agency"

    @property
    def name(self) -> str:
        """Return the operation's id."""
        return self.own_name or self.act.__name__

    def check(self) -> "Bound":
        """Return itself. Raises `Unbindable`."""
        _ = self._takes, self._answer
        return self

    def entrypoint(self, room: ModuleType) -> Any:
        """Return nameko's entrypoint, as a method of the service that serves this room."""
        takes, answer, act = self._takes, self._answer, self.act
        command = self._hints.get("command")

        def handle(call: Call) -> Reply:
            return answer(call, act(**{name: take(call) for name, take in takes.items()}))

        spec = Route(
            self.method,
            self.path,
            self.action,
            command and command.schema,
            summary=first_line(act.__doc__),
            name=self.name,
            topic=topic_of(room.__name__),
            about_topic=first_line(room.__doc__),
            **self.options,
        )
        return entrypoint_of(spec, lambda _service: handle, room.__name__)

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.act)

    @cached_property
    def _in_path(self) -> dict[str, type]:
        return {found["name"]: _KINDS[found["kind"]] for found in _IN_PATH.finditer(self.path)}

    @cached_property
    def _in_query(self) -> Collection[str]:
        return [name for name, _schema, _meaning in self.options.get("query", ())]

    @cached_property
    def _takes(self) -> dict[str, _Take]:
        """Return the source of each parameter of the action."""
        if not self.act.__doc__:
            raise self._wrong("it has no docstring, whose first line is the summary of the operation")
        left = dict(self._in_path)
        takes = {name: self._take(name, each, left) for name, each in signature(self.act).parameters.items()}
        if left:
            raise self._wrong(f"it does not take {', '.join(left)} of the path")
        return {name: take for name, take in takes.items() if take is not None}

    def _take(self, name: str, parameter: Parameter, left: dict[str, type]) -> _Take | None:
        """Return the source of a parameter; None if its default applies. Remove what it takes of the path from `left`.

        Raises `Unbindable`.
        """
        kind = self._hints.get(name)
        if name == "command":
            self._check_command(kind)
            return attrgetter("command")
        from_call: _Take | None = getattr(kind, "from_call", None)
        if from_call is not None and left.pop("case", None) is UUID:
            return from_call
        in_path = name if name in left else name.removesuffix("_id")
        if name in _SUPPLIED:
            expected, take = _SUPPLIED[name]
        elif in_path in left:
            expected, take = left.pop(in_path), _from_path(in_path)
        elif name in self._in_query:
            expected, take = str | None, _from_query(name)
        elif parameter.default is not Parameter.empty:
            return None
        else:
            supplied = ", ".join((*_SUPPLIED, "command", *self._in_path, *self._in_query))
            raise self._wrong(f"no request supplies `{name}`; it supplies {supplied}")
        if expected not in (kind, *get_args(kind)):
            raise self._wrong(f"`{name}` is {kind}, and a request supplies {expected}")
        return take

    def _check_command(self, kind: Any) -> None:
        if self.method == "GET" or not (isinstance(kind, type) and issubclass(kind, Command)):
            raise self._wrong("`command` is the body of a change, and a Command")

    @cached_property
    def _answer(self) -> _Answer:
        """Return the function that makes the reply from the action's result.

        The id in the path that `about` names, if any, is the subject.
        """
        returned = self._hints.get("return", Parameter.empty)
        is_new = self.options.get("creates")
        answer = self._created(returned) if is_new else self._changed(returned) or self._shown(returned)
        if answer is None:
            raise self._wrong(f"no reply is made of {returned}")
        if "case" not in self._in_path and self._in_path.get(self.about) is UUID:
            return lambda call, made: _about(answer(call, made), call.path[self.about])
        if self.about != "agency":
            raise self._wrong(f"it is about `{self.about}`, and its path has a case, or no such id")
        return answer

    def _created(self, returned: Any) -> _Answer | None:
        last = self._last_id
        if returned is NoneType and last is not None:
            return lambda call, _nothing: Reply(status=201, created=call.path[last])
        return (_CREATES_IN_CASE if "case" in self._in_path else _CREATES).get(returned)

    def _changed(self, returned: Any) -> _Answer | None:
        last, status = self._last_id, self.options.get("status")
        if returned is NoneType and (self.method == "DELETE" or status == HTTPStatus.NO_CONTENT):
            return lambda _call, _nothing: Reply(status=204)
        if last is None or self.method == "GET":
            return None
        if returned is NoneType and status == HTTPStatus.ACCEPTED:
            return lambda call, _nothing: Reply({"id": call.path[last]}, status=202)
        if returned is NoneType and "reply" in self.options:
            return lambda call, _nothing: Reply({"id": call.path[last]})
        if returned is int and "case" not in self._in_path:
            return lambda call, version: Reply({"id": call.path[last]}, version=version)
        return None

    def _shown(self, returned: Any) -> _Answer | None:
        if "reply" not in self.options or returned in (int, NoneType, UUID, Parameter.empty):
            return None
        if returned is Reply:
            return lambda _call, reply: reply
        if get_origin(returned) is tuple and get_args(returned)[1:] == (int,):
            return lambda _call, shown: Reply(shown[0], version=shown[1])
        return lambda _call, body: Reply(body, status=self.options.get("status", HTTPStatus.OK))

    @property
    def _last_id(self) -> str | None:
        """Return the name of the last id in the path."""
        return next((name for name, kind in reversed(self._in_path.items()) if kind is UUID), None)

    def _wrong(self, what: str) -> Unbindable:
        act = f"{self.act.__module__}.{self.act.__name__}"
        return Unbindable(f"{self.method} {self.path} can't be answered by {act}: {what}.")


def _about(reply: Reply, subject: UUID) -> Reply:
    return replace(reply, about=subject) if reply.about is None else reply


#: Replies to an action that creates something in a case, by the action's return type.
_CREATES_IN_CASE: Final[Mapping[Any, _Answer]] = {
    UUID: lambda _call, made: Reply(status=201, created=made),
    Created: lambda _call, made: Reply(made.body, status=201, created=made.id, alike=made.alike),
    Reply: lambda _call, reply: reply,
}
_CREATES: Final[Mapping[Any, _Answer]] = {
    **_CREATES_IN_CASE,
    tuple[UUID, int]: lambda _call, made: Reply(status=201, created=made[0], version=made[1]),
}


def _from_path(name: str) -> _Take:
    return lambda call: call.path[name]


def _from_query(name: str) -> _Take:
    return lambda call: call.query.get(name)


def bind(
    method: str,
    action: str,
    path: str,
    act: Act,
    *,
    name: str | None = None,
    about: str = "agency",
    **options: Unpack[Options],
) -> Bound:
    """Answer requests of a method by an action. Raises `Unbindable`."""
    return Bound(method, action, path, act, options, name, about).check()


def get(
    action: str,
    path: str,
    act: Act,
    *,
    name: str | None = None,
    about: str = "agency",
    **options: Unpack[Options],
) -> Bound:
    """Answer a GET by an action that reads. Raises `Unbindable`."""
    return bind("GET", action, path, act, name=name, about=about, **options)


def post(
    action: str,
    path: str,
    act: Act,
    *,
    name: str | None = None,
    about: str = "agency",
    **options: Unpack[Options],
) -> Bound:
    """Answer a POST by an action. Raises `Unbindable`."""
    return bind("POST", action, path, act, name=name, about=about, **options)


def delete(
    action: str,
    path: str,
    act: Act,
    *,
    name: str | None = None,
    about: str = "agency",
    **options: Unpack[Options],
) -> Bound:
    """Answer a DELETE by an action. Raises `Unbindable`."""
    return bind("DELETE", action, path, act, name=name, about=about, **options)


def with_routes(
    rooms: Iterable[tuple[ModuleType, Iterable[Bound]]],
) -> Callable[[type[Served]], type[Served]]:
    """Add the handlers of modules and their bound actions to a service class: nameko finds entrypoints on it only.

    Raises `ValueError` for two routes of one name: the second would hide the first.
    """

    def decorate(service_class: type[Served]) -> type[Served]:
        for room, bound in rooms:
            for name, serve in _served_by(room, bound):
                if hasattr(service_class, name):
                    raise ValueError(f"{service_class.__name__} has two routes named {name}.")
                setattr(service_class, name, serve)
        return service_class

    return decorate


def _served_by(room: ModuleType, bound: Iterable[Bound]) -> list[tuple[str, Any]]:
    """Return the handlers that a module defines, and its bound actions, each by the name of its operation."""
    handlers = [
        (name, member)
        for name, member in vars(room).items()
        if getattr(member, "route", None) is not None and member.__module__ == room.__name__
    ]
    return [*handlers, *((each.name, each.entrypoint(room)) for each in bound)]

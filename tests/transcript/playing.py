"""Plays a history through the public routes, and records all results."""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from tests.kit.client import Client
from tests.kit.staff import AGENCY
from tests.transcript import observing
from tests.transcript.accepting import new_codes
from tests.transcript.cast import HARBOUR, STAFF, UNION, sign_in
from tests.transcript.labels import Labels
from tests.transcript.steps import Ask, Find, Move, Step
from tests.transcript.walks import begins, script
from tests.transcript.world import World, document

#: An old id that names no record. The response to a recent unknown id differs.
NOBODY: Final = UUID("0190a000-0000-7000-8000-00000000dead")
_AGENCIES: Final = {"home": AGENCY, "harbour": HARBOUR, "union": UNION}
_LABEL: Final = re.compile(r"\$([a-z_]+(?:#[\d.]+)?)|@([a-z]+)\b")
#: Statuses from this one on are refusals, after which nothing has changed.
_REFUSED: Final = 400
#: The results of a history: the records of each section, in order.
Sections = dict[str, list[dict[str, Any]]]


class Player:
    """One history in a world that was reset to its beginning."""

    def __init__(self, world: World, number: int) -> None:
        """Store the world, and the names of the permanent people."""
        self.world = world
        self.number = number
        known = {str(id_): name for name, id_ in (*STAFF.items(), *_AGENCIES.items())}
        self.labels = Labels(known)
        self.replies: list[dict[str, Any]] = []
        #: The services with changes since the world last settled.
        self._changed: set[str] = set()
        self._new_codes = new_codes()

    def play(self) -> Sections:
        """Play all steps, and return the results."""
        self.world.begin_again()
        sign_in(self.world)
        self._go_to(begins(self.number))
        for place, (instant, step) in enumerate(script(self.number)):
            self._take(place, step, instant)
        self._settle()
        return {"replies": self.replies, **observing.observed(self.world, self.labels, self.ask, self.number)}

    def ask(self, who: str, service: str, method: str, path: str, body: Any = None, **more: Any) -> Response:
        """Send a request to a service as a person; labels are replaced by their ids."""
        try:
            return self._client(who, service).ask(method, path, body, **more)
        except HTTPException as refused:  # the route does not exist
            return Response(status=refused.code)

    def _client(self, who: str, service: str) -> Client:
        clients = self.world.clients
        return clients.get(f"{who}@{service}") or clients[f"{who}@partners"]

    def _take(self, place: int, step: Step, instant: datetime) -> None:
        if isinstance(step, Move):
            self._go_to(instant)
        elif isinstance(step, Find):
            self._find(place, step)
        else:
            self._request(place, step)

    def _go_to(self, instant: datetime) -> None:
        self._settle()
        self.world.move_clock(instant)
        self.world.settle()

    def _settle(self, *, before: str = "") -> None:
        """Process the consequences of the last requests, unless only the service of the next request has changed."""
        if self._changed - {before}:
            self.world.settle(self._changed)
            self._changed.clear()

    def _request(self, place: int, step: Ask) -> None:
        self._settle(before=step.service)
        path, headers = self._filled(step.path), {}
        if step.seen is not None:
            seen = self.ask(step.who, step.service, "GET", self._filled(step.seen))
            headers["If_Match"] = seen.headers.get("ETag", '"none"')
        query = {name: self._filled(value) for name, value in step.query.items()} or None
        reply = self.ask(step.who, step.service, step.method, path, self._filled(step.body), query=query, **headers)
        if step.method != "GET" and reply.status_code < _REFUSED:
            self._changed.add(step.service)
        said = document(reply)
        if step.keep and isinstance(said, dict) and "id" in said:
            self.labels.name(step.keep, said["id"])
        route = f"{step.method} {step.service}{_shape(step.path)}"
        self._note(place, route, step.who, {"status": reply.status_code, "body": said})

    def _find(self, place: int, step: Find) -> None:
        self._settle()
        reply = self.ask(step.who, step.service, "GET", self._filled(step.path))
        items = _items(document(reply), step.within, step.where, step.name, self.labels.of_id, self._new_codes)
        found = next(items, None)
        if found is not None:
            self.labels.name(step.keep, found)
        route = f"FIND {step.service}{_shape(step.path)}"
        self._note(place, route, step.who, {"status": reply.status_code, "found": found is not None})

    def _note(self, place: int, route: str, who: str, said: Mapping[str, Any]) -> None:
        record = {"step": place, "route": route, "who": who, **said}
        self.replies.append(self.labels.written(record))

    def _filled(self, value: Any) -> Any:
        if isinstance(value, str):
            return _LABEL.sub(self._id, value)
        if isinstance(value, Mapping):
            return {name: self._filled(each) for name, each in value.items()}
        return [self._filled(each) for each in value] if isinstance(value, list) else value

    def _id(self, found: re.Match[str]) -> str:
        if found[2]:
            return str(_AGENCIES[found[2]])
        return self.labels.id(found[1]) or str(NOBODY)


def _shape(path: str) -> str:
    """Return the path of a route, without its labels."""
    return _LABEL.sub(lambda found: "{}" if found[1] else found[0], path)


def _items(
    said: Any, within: str, where: Mapping[str, Any], name: str, known: Mapping[str, str], new: AbstractSet[str]
) -> Any:
    """Yield the ids without a label in lists of this name, at any depth, except those of new codes."""
    if isinstance(said, dict):
        for each in said.get(within) or () if isinstance(said.get(within), list) else ():
            if (
                isinstance(each, dict)
                and each.get(name) not in known
                and where.items() <= each.items()
                and name in each
                and each.get("code") not in new
            ):
                yield each[name]
        for each in said.values():
            yield from _items(each, within, where, name, known, new)
    elif isinstance(said, list):
        for each in said:
            yield from _items(each, within, where, name, known, new)

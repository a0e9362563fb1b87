"""What a route answers, as it goes out: written by its schema, without what its reader may not see."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import orjson
from werkzeug.wrappers import Request, Response

from shared.access import views
from shared.access.views import View
from shared.http.admitting import Admitted, Cases
from shared.http.route import Reply, Route
from shared.http.server.waits import Awaited, NothingNew

#: An instant is written as `str` has it, and what is counted by numbers is named by them, as Python's own writer does.
_AS_PYTHON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


def shown(route: Route, reply: Reply, cases: Cases, admitted: Admitted) -> Reply:
    """Write a reply by its schema; about a case without what the caller does not see, which it names by its kind.

    Of a case nothing is shown that no schema declares.
    """
    if not route.about_case:
        return written(route, reply)
    if reply.body is None:
        return reply
    view = view_of(route)
    body = {} if view is None else views.written(view, reply.body, admitted.sight)
    if route.method == "GET" and view is not None:
        body[views.WITHHELD] = cases.visibility.withheld(admitted.principal, admitted.relation)
        body[views.WITHHELD_CATEGORIES] = views.withheld_categories(view, admitted.sight)
    return replace(reply, body={**body, **reply.beside})


def written(route: Route, reply: Reply) -> Reply:
    """Write a reply that is about no case by its schema, unless it is plain JSON already."""
    view = view_of(route)
    if view is None or reply.body is None or reply.plain:
        return reply
    return replace(reply, body=views.written(view, reply.body))


def view_of(route: Route) -> type[View] | None:
    """Return the view that writes a route's reply, if any."""
    return route.reply if isinstance(route.reply, type) else None


def response(reply: Reply, request: Request, case: UUID | None = None) -> Response:
    """Return the HTTP response: the body as JSON, or the text as it is, with where it was created and its version."""
    headers = dict(reply.headers)
    if reply.text is not None:
        if reply.awaited is not None:
            return _held(reply.text, reply.status, headers, reply.awaited)
        whole = Response(reply.text, status=reply.status, headers=headers)
        return whole.make_conditional(request) if "ETag" in headers else whole
    body = reply.body
    if reply.created is not None:
        alike = {} if reply.alike is None else {"alike": str(reply.alike)}
        body = {"id": str(reply.created), **alike, **(body or {})}
        # A part of a case is read with the case; only a case has an address of its own.
        headers["Location"] = f"{request.path.partition(f'/{case}')[0]}/{case or reply.created}"
    if reply.once:
        body = {**(body or {}), **reply.once}
    if reply.version is not None:
        headers["ETag"] = f'"{reply.version}"'
    if reply.status == 204:  # noqa: PLR2004 - no content
        return Response(status=204, headers=headers)
    kind = headers.pop("Content-Type", "application/json")
    text = orjson.dumps(body if body is not None else {}, default=str, option=_AS_PYTHON)
    if reply.awaited is not None:
        return _held(text, reply.status, {**headers, "Content-Type": kind}, reply.awaited)
    return Response(text, status=reply.status, headers=headers, content_type=kind)


def _held(text: bytes, status: int, headers: dict[str, str], awaited: Awaited) -> NothingNew:
    """Return a reply that may be held back until there is something new."""
    held = NothingNew(text, status=status, headers=headers)
    held.awaited = awaited
    return held

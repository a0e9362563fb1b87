"""Write replies: by the schema of the route, and without what the reader may not see."""

from dataclasses import replace
from typing import Final
from uuid import UUID

import orjson
from werkzeug.wrappers import Request, Response

from shared.access import views
from shared.access.views import View
from shared.http import shown_case
from shared.http.admitting import Cases
from shared.http.chain import RequestContext
from shared.http.repeats import REPLAYED
from shared.http.route import Reply, Route
from shared.http.server.waits import Awaited, NothingNew

#: As Python's own writer does: an instant is written as by `str`, and a key can be a number.
_AS_PYTHON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS


class Writing:
    """Writes the replies of one service to callers who were admitted."""

    def __init__(self, cases: Cases, acts: shown_case.Acts) -> None:
        """Store which fields of a case each caller sees, and what can be done to a case."""
        self._cases, self._acts = cases, acts

    def shown(self, context: RequestContext, reply: Reply) -> Reply:
        """Write a reply by its schema; the answer to a repeated request stays as it was."""
        if REPLAYED in reply.headers:
            return reply
        if context.case is None:
            return written(context.route, reply)
        return reply if reply.body is None else replace(reply, body=self._case_shown(context, context.case, reply))

    def _case_shown(self, context: RequestContext, case: UUID, reply: Reply) -> dict[str, object]:
        """Write a body about a case, without what the caller does not see, and name the kinds that are withheld.

        Only declared fields of a case are shown. A reply that shows a case also states what may be done to it now, and
        the ETags of its parts.
        """
        route, admitted, view = context.route, context.admitted, view_of(context.route)
        body = {} if view is None else views.written(view, reply.body, admitted.sight)
        if route.method == "GET" and view is not None:
            body[views.WITHHELD] = self._cases.visibility.withheld(admitted.principal, context.relation)
            body[views.WITHHELD_CATEGORIES] = views.withheld_categories(view, admitted.sight)
        body = {**body, **reply.beside}
        if shown_case.has(view, shown_case.ACTIONS):
            who = admitted.principal, admitted.admission
            body[shown_case.ACTIONS] = self._acts.allowed(context.doors, *who, reply.body, context.language)
            if shown_case.has(view, shown_case.ETAGS):
                version = reply.body["version"]
                etags = shown_case.part_etags(context.session, case, context.doors, version, body)
                body[shown_case.ETAGS] = etags
        return body


def written(route: Route, reply: Reply) -> Reply:
    """Write a reply that is not about a case by its schema, unless it is plain JSON already."""
    view = view_of(route)
    if view is None or reply.body is None or reply.plain:
        return reply
    return replace(reply, body=views.written(view, reply.body))


def view_of(route: Route) -> type[View] | None:
    """Return the view that writes a route's reply, if any."""
    return route.reply if isinstance(route.reply, type) else None


def response(reply: Reply, request: Request, case: UUID | None = None) -> Response:
    """Return the HTTP response: the body as JSON or the text as it is, with its Location and its version (ETag)."""
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
        # A part of a case is read with the case. Only the case has an address of its own.
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
    """Return a response that can be held back until there is something new."""
    held = NothingNew(text, status=status, headers=headers)
    held.awaited = awaited
    return held

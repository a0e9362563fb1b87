"""The one transaction of a request: its work, its audit row and the outcome of its key are committed together.

- `Transactions` begins and repeats the transaction, and stores the audit row before it answers.
- `once` does a request once for its Idempotency-Key, and answers a repeated request with the first answer.
- `Writing` writes a reply by the schema of its route, without what the reader may not see.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from typing import Final, TypeAlias
from uuid import UUID

import orjson
from sqlalchemy.orm import Session
from werkzeug.wrappers import Request, Response

from shared.access import revocations, views
from shared.access.permissions import Relation
from shared.access.tokens import Principal
from shared.access.views import View
from shared.audit import trail
from shared.deadlines.time_source import TimeSource
from shared.exchange.eventlog import ORIGIN
from shared.http import idempotency, shown_case
from shared.http.admitting import Cases, hidden
from shared.http.chain import Proceed, RequestContext
from shared.http.problems import Refused
from shared.http.route import Reply, Route
from shared.http.server.waits import Awaited, NothingNew
from shared.store.contending import until_won
from shared.store.database import Database

#: The header of a reply to a request that was answered before.
REPLAYED: Final = "Idempotent-Replay"
#: The same notation as Python's own encoder: an instant is written as by `str`, and a key can be a number.
_AS_PYTHON: Final = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
#: A function that accepts work, and returns a function that waits for the work and returns its result or raises its
#: error.
Meanwhile: TypeAlias = Callable[[Callable[[], Response]], Callable[[], Response]]


def afterwards(work: Callable[[], Response]) -> Callable[[], Response]:
    """Return the work unchanged, for a host that does one thing after the other."""
    return work


class Writing:
    """Writes the replies of one service to callers who were admitted."""

    def __init__(self, cases: Cases, acts: shown_case.Acts) -> None:
        """Store the field visibility of each caller, and the actions on a case."""
        self._cases, self._acts = cases, acts

    def shown(self, context: RequestContext, reply: Reply) -> Reply:
        """Write a reply by its schema. The answer to a repeated request stays unchanged."""
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


class Transactions:
    """Begins the transaction of each request, and ends it with the audit row."""

    def __init__(self, database: Database, time_source: TimeSource, writing: Writing) -> None:
        """Store where work is done, and how its replies are written."""
        self._database, self._time_source, self._writing = database, time_source, writing
        #: How a read is serialised while its audit row is stored: afterwards, unless the host can do both at once.
        self.meanwhile: Meanwhile = afterwards

    def begun(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Run the rest of the chain in one transaction, which is repeated after a deadlock or serialisation failure."""
        is_read = context.route.only_reads
        begin = self._database.reading if is_read else self._database.transaction

        def at_once() -> Response:
            along = self._time_source.asked_along(each_alone=is_read)
            with begin(ORIGIN.holding(context.origin), *along) as session:
                _begin(context, session)
                return proceed(context)

        return until_won(at_once)

    def begun_for_anyone(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Run the rest of the chain in one transaction, in which a known caller's token is checked for revocation."""

        def at_once() -> Response:
            with self._database.transaction(ORIGIN.holding(context.origin)) as session:
                context.session = session
                if context.principal.subject:
                    revocations.check(session, context.principal)
                return proceed(context)

        return until_won(at_once)

    def audited(self, context: RequestContext, proceed: Proceed[Reply]) -> Response:
        """Write the reply and store the audit row. A reply is sent only if its audit row is stored.

        A read is serialised while its audit row is stored.
        """
        reply = proceed(context)
        if context.route.only_reads:
            # A copy: if the transaction is repeated, an answer that is still being written keeps its own session.
            now = copy(context)
            answer = self.meanwhile(lambda: self._written(now, self._writing.shown(now, reply)))
            _store(context, reply)
            return answer()
        shown = self._writing.shown(context, reply)
        _store(context, shown)
        return self._written(context, shown)

    def answered(self, context: RequestContext, proceed: Proceed[Reply]) -> Response:
        """Write the reply of a route that is open to everyone. It is not audited."""
        return response(written(context.route, proceed(context)), context.request)

    @staticmethod
    def _written(context: RequestContext, reply: Reply) -> Response:
        return response(reply, context.request, context.case)


def _begin(context: RequestContext, session: Session) -> None:
    """Store the session of a transaction, and clear what an earlier try of the transaction has set."""
    context.session = session
    context.relation, context.claimed, context.command = Relation.NONE, None, None


def once(context: RequestContext, proceed: Proceed[Reply]) -> Reply:
    """Run a request once for its key, and answer a repeated one with the first answer.

    A route that creates something requires a key. The access check runs before this step, so a caller who has lost
    access receives no stored answer. Raises `Refused`, as `idempotency.begin` does.
    """
    request, key = context.request, context.request.headers.get("Idempotency-Key")
    if key is None and not context.route.creates:
        return proceed(context)
    try:
        said = idempotency.fingerprint(context.session, key, request.method, request.path, context.readable.raw)
        earlier = idempotency.begin(context.session, context.principal.subject, key, said, context.case)
    except Refused as refused:
        raise hidden(context, refused) from None
    if earlier is None:
        context.claimed = key
        return proceed(context)
    headers = {REPLAYED: "true"}
    return Reply(earlier.body, earlier.status, created=earlier.created, version=earlier.version, headers=headers)


def _store(context: RequestContext, reply: Reply) -> None:
    """Store the audit row of a request and, in the same statement, the outcome of the key that it claimed."""
    session, principal, origin = context.session, context.principal, context.origin
    action, about = reply.noted_as or str(context.route.action), context.case or reply.created or reply.about
    if context.claimed is None:
        if reply.noted:
            note(session, action, principal, about, reply.status)
        _note_also(session, reply, principal, about)
        return
    noted = trail.row_of(principal, action, about, reply.status, origin.correlation) if reply.noted else None
    body = reply.body if reply.alike is None else {"alike": reply.alike, **(reply.body or {})}
    done = idempotency.Done(reply.status, reply.created, reply.version, body)
    idempotency.finish(session, principal.subject, context.claimed, done, noted)


# control: H-CONFIDENTIALITY-2 composed-reads-are-audited
def _note_also(session: Session, reply: Reply, principal: Principal, about: UUID | None) -> None:
    """Audit the parts of a composed read, each like a request for only that part."""
    for action, status in reply.also_noted:
        note(session, action, principal, about, status)


def note(session: Session, action: str, principal: Principal, case: UUID | None, status: int) -> None:
    """Audit an action of a caller, or its refusal."""
    correlation = ORIGIN.of(session).correlation
    trail.note(session, principal, action=action, subject=case, status=status, correlation=correlation)


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
        # A part of a case is read with the case. Only the case has its own address.
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

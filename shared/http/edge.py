"""The request pipeline: one chain of steps around one handler.

The methods of `RequestPipeline` list the steps in order. The order protects the person (decision 0026):

- Unreadable bytes are refused after the token is verified and before a case is looked up. Access comes before
  validation and If-Match. An invalid request therefore never reveals whether a case exists.
- Access comes before the stored answer of an Idempotency-Key. A caller who has lost access therefore does not get the
  answer again.
- The work and its audit row are one transaction, which is committed before the answer is sent. A request in pieces
  (`pieces`) has one transaction for each piece.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from nameko.extensions import DependencyProvider
from werkzeug.wrappers import Request, Response

from shared.access.permissions import Table
from shared.access.tokens import Verifier
from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.events.envelope import new_id, traceparent_or_none
from shared.exchange.eventlog import Origin
from shared.http import admitting, answering, matching, reading, shown_case
from shared.http.admitting import Cases
from shared.http.agency_callers import AgencyCallers
from shared.http.chain import Proceed, RequestContext, Step, chained
from shared.http.denials import Denials
from shared.http.in_pieces import InPieces
from shared.http.preparing import Preparation
from shared.http.rates import Rates
from shared.http.route import Call, CallWith, Doors, Reply, Route
from shared.http.signing_in import SigningIn
from shared.http.transaction import Transactions, Writing, once
from shared.store.database import Database


class RequestPipeline:
    """Serves the requests of one service. It is a plain object, so tests can call it directly."""

    def __init__(
        self,
        database: Database,
        time_source: TimeSource,
        verifier: Verifier,
        emits: Emits,
        table: Table,
        cases: Cases,
        rates: Rates | None = None,
        *,
        unread_words: bool = False,
        agency_callers: AgencyCallers | None = None,
    ) -> None:
        """Store the dependencies of every request. Without `rates`, requests are not limited.

        `unread_words`: the public also receives texts that no native speaker has read. `agency_callers` identifies
        agencies by their keys, at a service that accepts such keys.
        """
        self.database = database
        self._time_source = time_source
        self._emits = emits
        self.languages = answering.Languages(unread_words=unread_words)
        self._errors = answering.Errors(self.languages)
        self._signing_in = SigningIn(database, time_source, verifier, rates or Rates(), agency_callers)
        self._denials = Denials(database, cases)
        self._access = admitting.Access(table, cases, time_source)
        self._preparation = Preparation(database, self._access)
        self._in_pieces = InPieces(database, time_source, emits, self._access)
        self._acts = shown_case.Acts(table, cases)
        self.transactions = Transactions(database, time_source, Writing(cases, self._acts))
        self._matching = matching.Matching(table, cases)
        self._chains: dict[Route, Proceed[Response]] = {}

    def serve(
        self,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        path: dict[str, Any],
        doors: Doors = Doors(),  # noqa: B008 - it can't be changed
    ) -> Response:
        """Answer one request. `doors` lists what else can be done to a case at this service."""
        # An event never carries the trace of an anonymous request, because anyone can send one.
        trace = None if route.action is None else traceparent_or_none(request.headers.get("traceparent"))
        origin = Origin(self._emits, correlation=new_id(), traceparent=trace)
        language = self.languages.of(request, is_signed_in=True)
        chain = self._chains.get(route)
        if chain is None:
            chain = self._chains[route] = self._chain(route)
        return chain(RequestContext(route, handle, request, path, doors, origin, path.get("case"), language))

    def _chain(self, route: Route) -> Proceed[Response]:
        """Return the chain of a route, which is built once."""
        steps: list[Step[Response]] = [
            answering.with_headers,  # request id, security headers, rate headers
            answering.measured,  # metrics and log line
            answering.in_language,
            self._errors.answered,  # problem documents
        ]
        if route.action is None:
            audit, handler = self.transactions.answered, self.handled_for_anyone
            return chained([*steps, *self.checks_of_anyone(route)], partial(audit, proceed=handler))
        steps += self.checks(route)
        if route.in_pieces:
            return chained(steps, self._in_pieces.done)
        work = chained(self.work(route), self.handled)
        return chained(steps, partial(self.transactions.audited, proceed=work))

    def checks(self, route: Route) -> Iterator[Step[Response]]:
        """Return the steps of a signed-in caller's request up to its transaction, in order."""
        yield self._signing_in.identified  # token or key, revoked sessions, rates
        yield reading.bytes_read
        yield self._denials.audited
        if "agency" in route.path:
            yield admitting.own_agency
        if route.prepare is not None:
            yield partial(self._preparation.prepared, route.prepare)
        if not route.in_pieces:
            yield self.transactions.begun

    def work(self, route: Route) -> Iterator[Step[Reply]]:
        """Return the steps in the transaction, in order. The outermost step writes the audit row with the reply."""
        yield self._access.admitted
        if route.creates or route.may_repeat:
            yield once
        yield reading.checked  # the body as a command
        if route.about_case and route.method != "GET":
            yield self._matching.locked  # If-Match, and the version of the part
        elif route.changes:
            yield matching.stated

    def checks_of_anyone(self, _route: Route) -> Iterator[Step[Response]]:
        """Return the steps of a request to a route that is open to everyone, in order."""
        yield self._signing_in.anyone  # a token where the route takes one, else the client's rate
        yield reading.bytes_read
        yield reading.checked
        yield self._signing_in.scarce_counted
        yield self.transactions.begun_for_anyone

    def handled(self, context: RequestContext) -> Reply:
        """Call the handler of a route for a caller who was admitted."""
        route, request, admitted = context.route, context.request, context.admitted
        now = datetime.now(UTC) if route.by_real_time else self._time_source.now(context.session)
        call = _call(context, now)
        call.relation, call.sight = context.relation, admitted.sight
        call.accepts, call.if_match = request.headers.get("Accept", ""), request.headers.get("If-Match")
        call.language, call.prepared = context.language, context.prepared
        if context.case is not None:
            call.withheld = lambda part: self._acts.withheld(part, context.principal, admitted.admission)
        return context.handle(call)

    def handled_for_anyone(self, context: RequestContext) -> Reply:
        """Call the handler of a route that is open to everyone."""
        # In real time, and without a query: the liveness check has to succeed while the database is unavailable.
        call = _call(context, datetime.now(UTC))
        call.languages = self.languages.offered(is_signed_in=call.is_signed_in)
        call.language = self.languages.of(context.request, is_signed_in=call.is_signed_in)
        return context.handle(call)


def _call(context: RequestContext, now: datetime) -> Call:
    about = context.session, now, context.principal, context.path, context.readable.query
    return Call(*about) if context.command is None else CallWith(*about, command=context.command)


class Edge(DependencyProvider):  # type: ignore[misc]  # nameko carries no types
    """The request pipeline of a service class, built when its process has its settings (`shared.runtime.host`)."""

    def get_dependency(self, _worker_ctx: object) -> RequestPipeline:
        """Hand the pipeline to a worker."""
        pipeline: RequestPipeline = self.container.config["pipeline"]
        return pipeline

"""The request pipeline: authenticate, authorise, validate, act, audit, commit, answer.

The order matters. Bytes that can't be read are refused after the token and before a case is looked at; access comes
before validation and If-Match. So what is wrong with a request never tells whether a case exists. Everything that a
request does is one transaction, committed here; but for what is done in pieces, each of which is one (`pieces`).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars
from werkzeug.wrappers import Request, Response

from shared.access import permissions, revocations
from shared.access.permissions import Relation, Table
from shared.access.subjects import Admission
from shared.access.tokens import Principal, TokenRefused, Verifier
from shared.access.views import LANGUAGE
from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.events.envelope import new_id, traceparent_or_none
from shared.exchange.eventlog import ORIGIN, Origin
from shared.http import (
    admitting,
    arriving,
    headers,
    idempotency,
    outcomes,
    probing,
    problems,
    reading,
    shown_case,
    signing_in,
    writing,
)
from shared.http.admitting import Admitted, Cases
from shared.http.agency_callers import AgencyCallers
from shared.http.commands import Command
from shared.http.matching import Matching, NotRead
from shared.http.meanwhile import Meanwhile, afterwards
from shared.http.paging import WAIT
from shared.http.pieces import CallInPieces, Pieces
from shared.http.problems import Refused
from shared.http.rates import Rates
from shared.http.reading import Readable
from shared.http.route import Call, CallWith, Doors, Preparing, Reply, Route
from shared.http.server import client_of
from shared.http.speaking import language_for
from shared.http.store_errors import translated
from shared.reference.words import offered
from shared.store.contending import until_won
from shared.store.database import Database


class RequestPipeline:
    """Serves requests for one service; a plain object, so that tests can ask it directly."""

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
        """Store what every request needs; without rates, requests are not limited.

        `unread_words`: the public, too, is answered in words that no native speaker has read. `agency_callers`:
        whose key an agency's is, where the service takes them.
        """
        self._unread_words = unread_words
        self.database = database
        self._time_source = time_source
        self._emits = emits
        self._table = table
        self._cases = cases
        self._rates = rates or Rates()
        self._signing_in = signing_in.SigningIn(database, time_source, verifier, self._rates, agency_callers)
        self._matching = Matching(table, cases)
        self._acts = shown_case.Acts(table, cases)
        self._probing = probing.Probing()
        #: How a read is written while its audit is stored: afterwards, where the host knows no other way.
        self.meanwhile: Meanwhile = afterwards

    def serve(
        self,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        path: dict[str, Any],
        doors: Doors = Doors(),  # noqa: B008 - it can't be changed
    ) -> Response:
        """Answer one request; `doors`: what else can be done to a case here."""
        correlation = new_id()
        began = time.perf_counter()
        with bound_contextvars(request=str(correlation), route=route.path), self._speaking(request):
            try:
                response = self._answer(route, handle, request, path, correlation, doors)
            except Exception as error:  # noqa: BLE001 - every error is answered, and those that are ours are logged
                language = self._language(request, is_signed_in=signing_in.is_signed_in(request))
                response = problems.answer(translated(error), str(correlation), language)
            is_held = WAIT[0] in request.args
            outcomes.answered(route, response.status_code, time.perf_counter() - began, is_held=is_held)
        headers.add_security(response.headers)
        response.headers.update(signing_in.rate_headers(request))
        response.headers["Request-Id"] = str(correlation)
        return response

    def _answer(
        self,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        path: dict[str, Any],
        correlation: UUID,
        doors: Doors,
    ) -> Response:
        if route.action is None:
            return self._answer_anyone(route, handle, request, path, correlation)
        principal = self._signing_in.caller_of(request, tells_strangers=route.tells_strangers)
        readable = reading.read(route, request, path)
        origin = Origin(
            self._emits,
            correlation=correlation,
            traceparent=traceparent_or_none(request.headers.get("traceparent")),
        )
        relation, prepared = Relation.NONE, None

        def at_once() -> Response:
            nonlocal relation
            begin = self.database.reading if route.only_reads else self.database.transaction
            along = self._time_source.asked_along(each_alone=route.only_reads)
            with begin(ORIGIN.holding(origin), *along) as session:
                admitted = self._admitted(session, route, principal, path.get("case"))
                relation = admitted.relation
                reply = self._perform(session, route, handle, request, readable, path, admitted, prepared)
                return self._concluded(session, route, request, reply, admitted, doors, path.get("case"))

        try:
            permissions.check_own(principal, path.get("agency"))
            if route.in_pieces:
                done = self._in_pieces(route, handle, request, readable, principal, origin)
                response = writing.response(done, request, path.get("case"))
            else:
                prepared = self._prepared(route, readable, principal, path)
                response = until_won(at_once)
        except (permissions.NotFound, permissions.Forbidden, TokenRefused) as denied:
            raise self._audited(denied, route, request, principal, relation, path.get("case"), origin) from None
        self._probing.found(principal.subject, request.path)
        return response

    def _prepared(self, route: Route, readable: Readable, principal: Principal, path: dict[str, Any]) -> object:
        """Ask outside what a request needs to know, once its caller is admitted and while no transaction is open."""
        if route.prepare is None:
            return None
        # control: H-AGENCY-3 names-before-the-transaction
        with self.database.transaction() as session:
            self._admit(session, route, principal, path.get("case"))
        return route.prepare(Preparing(self.database, path, reading.command(route, readable)))

    def _concluded(
        self,
        session: Session,
        route: Route,
        request: Request,
        reply: Reply,
        admitted: Admitted,
        doors: Doors,
        case: UUID | None,
    ) -> Response:
        """Store what a request came to; return its answer. What only reads is written while its audit is stored."""

        def shown() -> Reply:
            is_replay = outcomes.is_replay(reply)
            return reply if is_replay else self._shown(session, route, reply, admitted, doors, case)

        if route.only_reads:
            answer = self.meanwhile(lambda: writing.response(shown(), request, case))
            outcomes.conclude(session, route, request, admitted.principal, case, reply)
            return answer()
        done = shown()
        outcomes.conclude(session, route, request, admitted.principal, case, done)
        return writing.response(done, request, case)

    def _audited(
        self,
        denied: permissions.NotFound | permissions.Forbidden | TokenRefused,
        route: Route,
        request: Request,
        principal: Principal,
        relation: Relation,
        case: UUID | None,
        origin: Origin,
    ) -> Exception:
        """Return what to answer a request that was denied, wherever that was; of it only the fact is stored."""
        is_missed = isinstance(denied, permissions.NotFound)
        # Who has a part in the case may know that it is here, and that only a record of it is not.
        is_unseen = is_missed and relation in (Relation.NONE, Relation.EXCLUDED) and self._cases.arrive
        may_arrive = is_unseen and case is not None and arriving.is_young(case)
        answered = arriving.PerhapsArriving() if may_arrive else denied
        if type(answered) is permissions.NotFound and principal.agency is not None:
            answered = permissions.NotOfTheAgency()
        with self.database.transaction(ORIGIN.holding(origin)) as session:
            outcomes.note(session, str(route.action), principal, case, answered.status)
            if is_missed:
                self._probing.missed(session, principal.subject, request.path)
        return answered

    def _in_pieces(
        self,
        route: Route,
        handle: Callable[..., Reply],
        request: Request,
        readable: Readable,
        principal: Principal,
        origin: Origin,
    ) -> Reply:
        with self.database.transaction(ORIGIN.holding(origin)) as session:
            self._admit(session, route, principal, None)
            call = self._claimed(session, route, request, readable, principal)
        return self._handed_over(route, handle, call)

    def _claimed(
        self, session: Session, route: Route, request: Request, readable: Readable, principal: Principal
    ) -> CallInPieces[Any]:
        """Claim a request's key, whatever becomes of its pieces; of its answer nothing is kept with it."""
        key = request.headers.get("Idempotency-Key")
        print_ = idempotency.fingerprint(session, key, request.method, request.path, readable.raw)
        idempotency.begin(session, principal.subject, key, print_)
        pieces = Pieces(self.database, self._time_source, self._emits, principal, str(key))
        return CallInPieces(principal, pieces, command=reading.command(route, readable))

    def _handed_over(self, route: Route, handle: Callable[..., Reply], call: CallInPieces[Any]) -> Reply:
        return writing.written(route, handle(call))

    def _answer_anyone(
        self,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        path: dict[str, Any],
        correlation: UUID,
    ) -> Response:
        client = client_of(request.environ, self._rates.trusted_header, self._rates.public_secret)
        if route.knows_callers and request.headers.get("Authorization"):
            anyone = self._signing_in.caller_of(request)
        else:
            self._rates.clients.take(client)
            anyone = Principal("", frozenset(), "")
        readable = reading.read(route, request, path)
        command = reading.command(route, readable)
        if route.scarce is not None and route.scarce(command):
            self._rates.scarce[route.scarce_rate].take(client)
        # Without the caller's `traceparent`: what anybody sends is in no event.
        origin = Origin(self._emits, correlation=correlation, traceparent=None)

        def at_once() -> Response:
            with self.database.transaction(ORIGIN.holding(origin)) as session:
                # Real time, and no query of ours: a process must say that it lives while its database is away.
                call = _call(session, datetime.now(UTC), anyone, path, command)
                call.query = readable.query
                call.languages = offered(to_public=not call.is_signed_in, unread_too=self._unread_words)
                call.language = self._language(request, is_signed_in=call.is_signed_in)
                if call.is_signed_in:
                    revocations.check(session, anyone)
                return writing.response(writing.written(route, handle(call)), request)

        return until_won(at_once)

    @contextmanager
    def _speaking(self, request: Request) -> Iterator[None]:
        """Write fixed sentences of views in the caller's language while the request lasts.

        Such sentences are about cases only, so every caller is one who is signed in.
        """
        spoken = LANGUAGE.set(self._language(request, is_signed_in=True))
        try:
            yield
        finally:
            LANGUAGE.reset(spoken)

    def _language(self, request: Request, *, is_signed_in: bool) -> str:
        return language_for(request, is_signed_in=is_signed_in, unread_too=self._unread_words)

    def _admit(self, session: Session, route: Route, principal: Principal, case: UUID | None) -> Admission:
        action = str(route.action)
        if case is None:
            revocations.check(session, principal)
            if not permissions.permits(self._table, action, principal, Relation.NONE):
                raise permissions.forbidden(self._table, action, principal)
            return Admission(Relation.NONE, has_team=False, is_restricted=False, revoked_before=None)
        admission = self._cases.admission(session, case, principal)
        revocations.check_issued(principal, admission.revoked_before, is_ended=admission.is_ended)
        refusal = admitting.refused(self._table, self._cases, action, principal, admission, reads=route.method == "GET")
        if refusal is not None:
            raise refusal
        return admission

    def _admitted(self, session: Session, route: Route, principal: Principal, case: UUID | None) -> Admitted:
        """Return who was admitted; for somebody of another agency than leads the case, with what that may have."""
        admission = self._admit(session, route, principal, case)
        if case is None:
            return Admitted(principal, admission)
        sight = self._cases.sight(session, case, principal, admission, self._time_source.now)
        return Admitted(principal, admission, sight)

    def _shown(
        self, session: Session, route: Route, reply: Reply, admitted: Admitted, doors: Doors, case: UUID | None
    ) -> Reply:
        """Write a reply; one that shows a case says what may be done to it now, and the ETags of its parts."""
        view, source = writing.view_of(route), reply.body
        reply = writing.shown(route, reply, self._cases, admitted)
        if case is None or reply.body is None or not shown_case.has(view, shown_case.ACTIONS):
            return reply
        acts = self._acts.allowed(doors, admitted.principal, admitted.admission, source, LANGUAGE.get())
        body = {**reply.body, shown_case.ACTIONS: acts}
        if shown_case.has(view, shown_case.ETAGS):
            body[shown_case.ETAGS] = shown_case.part_etags(session, case, doors, source["version"], reply.body)
        return replace(reply, body=body)

    def _perform(
        self,
        session: Session,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        readable: Readable,
        path: dict[str, Any],
        admitted: Admitted,
        prepared: object,
    ) -> Reply:
        principal, relation = admitted.principal, admitted.relation
        try:
            earlier_outcome, command = outcomes.read(session, route, request, readable, principal, path.get("case"))
        except (Refused, ValidationError):
            if route.about_case and relation is Relation.NONE:
                # What is wrong with it would tell somebody without a part in the case that it is there.
                raise permissions.NotFound from None
            raise
        if earlier_outcome is not None:
            done = earlier_outcome
            headers = {outcomes.REPLAYED: "true"}
            return Reply(done.body, done.status, created=done.created, version=done.version, headers=headers)
        is_change, before = route.about_case and route.method != "GET", 0
        if is_change:
            if_match = request.headers.get("If-Match")
            before = self._matching.lock(session, route, if_match, path, principal, relation)
        elif route.changes and "If-Match" not in request.headers:
            raise NotRead
        accepts = request.headers.get("Accept", "")
        now = datetime.now(UTC) if route.by_real_time else self._time_source.now(session)
        call = _call(session, now, principal, path, command)
        call.query, call.relation, call.sight, call.accepts = readable.query, relation, admitted.sight, accepts
        call.if_match = request.headers.get("If-Match")
        call.language = self._language(request, is_signed_in=True)
        call.prepared = prepared
        if route.about_case:
            call.withheld = lambda part: self._acts.withheld(part, principal, admitted.admission)
        reply = handle(call)
        return self._matching.raise_part(session, route, path, before, reply) if is_change else reply


def _call(session: Session, now: datetime, principal: Principal, path: dict[str, Any], command: Command | None) -> Call:
    if command is None:
        return Call(session, now, principal, path)
    return CallWith(session, now, principal, path, command=command)


class Edge(DependencyProvider):  # type: ignore[misc]  # nameko carries no types
    """The request pipeline of a service class, built when its process has its settings (`shared.runtime.host`)."""

    def get_dependency(self, _worker_ctx: object) -> RequestPipeline:
        """Hand the pipeline to a worker."""
        pipeline: RequestPipeline = self.container.config["pipeline"]
        return pipeline

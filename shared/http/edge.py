"""The request pipeline: authenticate, authorise, validate, act, audit, commit, answer.

The order matters. Bytes that can't be read are refused after the token and before a case is looked at; access comes
before validation and If-Match. So what is wrong with a request never tells whether a case exists. Everything that a
request does is one transaction, committed here.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from nameko.extensions import DependencyProvider
from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars
from werkzeug.wrappers import Request, Response

from shared.access import case_restrictions, permissions, revocations
from shared.access.permissions import FieldVisibility, Relation, Table
from shared.access.subjects import Admission
from shared.access.tokens import Principal, TokenRefused, Verifier
from shared.audit import trail
from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.events.envelope import new_id, traceparent_or_none
from shared.exchange.eventlog import ORIGIN, Origin
from shared.http import headers, idempotency, probing, problems, reading, writing
from shared.http.commands import Command
from shared.http.problems import Refused
from shared.http.rates import Rates
from shared.http.reading import Readable
from shared.http.route import Call, CallWith, Reply, Route
from shared.http.server import client_of
from shared.http.store_errors import translated
from shared.store.database import Database
from shared.telemetry import metrics


@dataclass(frozen=True)
class Cases:
    """What the edge asks a service about a case."""

    admission: Callable[[Session, UUID, Principal], Admission]
    lock: Callable[[Session, UUID], int]
    visibility: FieldVisibility = field(default_factory=lambda: FieldVisibility({}))
    #: Actions that go on while a case is restricted.
    rights: frozenset[str] = frozenset()


#: The header of a reply to a request that was answered before.
_REPLAYED = "Idempotent-Replay"


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
    ) -> None:
        """Store what every request needs; without rates, requests are not limited."""
        self._database = database
        self._time_source = time_source
        self._verifier = verifier
        self._emits = emits
        self._table = table
        self._cases = cases
        self._rates = rates or Rates()
        self._probing = probing.Probing()

    def serve(self, route: Route, handle: Callable[[Call], Reply], request: Request, path: dict[str, Any]) -> Response:
        """Answer one request."""
        correlation = new_id()
        began = time.perf_counter()
        with bound_contextvars(request=str(correlation), route=route.path):
            try:
                response = self._answer(route, handle, request, path, correlation)
            except Exception as error:  # noqa: BLE001 - every error is answered, and those that are ours are logged
                response = problems.answer(translated(error), str(correlation))
        for name, value in headers.SECURITY.items():
            response.headers.setdefault(name, value)
        response.headers["Request-Id"] = str(correlation)
        metrics.requests.labels(route.path, route.method, response.status_code).inc()
        metrics.request_seconds.labels(route.path, route.method).observe(time.perf_counter() - began)
        return response

    def _answer(
        self, route: Route, handle: Callable[[Call], Reply], request: Request, path: dict[str, Any], correlation: UUID
    ) -> Response:
        if route.action is None:
            return self._answer_anyone(route, handle, request, path)
        principal = self._known_caller(request)
        readable = reading.read(route, request, path)
        origin = Origin(
            self._emits,
            correlation=correlation,
            traceparent=traceparent_or_none(request.headers.get("traceparent")),
        )
        try:
            with self._database.transaction(ORIGIN.holding(origin)) as session:
                relation = self._admit(session, route, principal, path.get("case"))
                reply = self._perform(session, route, handle, request, readable, path, principal, relation)
                reply = writing.shown(route, reply, self._cases.visibility, principal, relation)
                self._conclude(session, route, request, principal, path.get("case"), reply)
        except (permissions.NotFound, permissions.Forbidden, TokenRefused) as denied:
            # A denial is audited too, wherever it was raised: of the request only the fact is stored.
            with self._database.transaction(ORIGIN.holding(origin)) as session:
                self._note(session, str(route.action), principal, path.get("case"), denied.status)
                if isinstance(denied, permissions.NotFound):
                    self._probing.missed(session, principal.subject, request.path)
            raise
        self._probing.found(principal.subject, request.path)
        return writing.response(reply, request, path.get("case"))

    def _answer_anyone(
        self, route: Route, handle: Callable[[Call], Reply], request: Request, path: dict[str, Any]
    ) -> Response:
        client = client_of(request.environ, self._rates.trusted_header)
        self._rates.clients.take(client)
        command = reading.command(route, reading.read(route, request, path))
        if route.scarce is not None and route.scarce(command):
            self._rates.codes.take(client)
        with self._database.transaction() as session:
            anyone = Principal("", frozenset(), "")
            # Real time, and no query of ours: a process must say that it lives while its database is away.
            call = _call(session, datetime.now(UTC), anyone, path, command)
            return writing.response(writing.written(route, handle(call)), request)

    def _known_caller(self, request: Request) -> Principal:
        try:
            principal = self._verifier.verify(request.headers.get("Authorization"))
        except TokenRefused:
            self._rates.clients.take(client_of(request.environ, self._rates.trusted_header))
            raise
        # A service that catches up after an outage reads as fast as it can; slowing it would lengthen the outage.
        if not principal.is_service:
            self._rates.callers.take(principal.subject)
        return principal

    def _admit(self, session: Session, route: Route, principal: Principal, case: UUID | None) -> Relation:
        action = str(route.action)
        if case is None:
            revocations.check(session, principal)
            if not permissions.permits(self._table, action, principal, Relation.NONE):
                raise permissions.Forbidden(action)
            return Relation.NONE
        admission = self._cases.admission(session, case, principal)
        revocations.check_issued(principal, admission.revoked_before, is_ended=admission.is_ended)
        relation = admission.relation
        if relation is None or not permissions.permits(self._table, action, principal, relation):
            raise permissions.NotFound
        if admission.is_restricted and not self._goes_on(route, principal):
            if relation is Relation.NONE and case_restrictions.DECIDES not in principal.roles:
                raise permissions.NotFound  # that it is restricted would tell a stranger that it is there
            raise case_restrictions.CaseRestricted(action)
        return relation

    def _goes_on(self, route: Route, principal: Principal) -> bool:
        """Return whether a request is answered though the case is restricted."""
        reads = route.method == "GET" and bool(case_restrictions.READERS & principal.roles)
        return reads or route.action in self._cases.rights

    def _perform(
        self,
        session: Session,
        route: Route,
        handle: Callable[[Call], Reply],
        request: Request,
        readable: Readable,
        path: dict[str, Any],
        principal: Principal,
        relation: Relation,
    ) -> Reply:
        try:
            earlier_outcome, command = self._read(session, route, request, readable, principal)
        except (Refused, ValidationError):
            if route.about_case and relation is Relation.NONE:
                # What is wrong with it would tell somebody without a part in the case that it is there.
                raise permissions.NotFound from None
            raise
        if earlier_outcome is not None:
            return Reply(status=earlier_outcome.status, created=earlier_outcome.created, headers={_REPLAYED: "true"})
        if route.about_case and route.method != "GET":
            self._check_version(session, route, request, path["case"])
        accepts = request.headers.get("Accept", "")
        call = _call(session, self._time_source.now(session), principal, path, command)
        call.query, call.relation, call.accepts = readable.query, relation, accepts
        return handle(call)

    @staticmethod
    def _read(
        session: Session, route: Route, request: Request, readable: Readable, principal: Principal
    ) -> tuple[idempotency.Done | None, Command | None]:
        """Return what an earlier request with its key came to, or else its command."""
        if route.creates:
            key = request.headers.get("Idempotency-Key")
            print_ = idempotency.fingerprint(session, key, request.method, request.path, readable.raw)
            earlier_outcome = idempotency.begin(session, principal.subject, key, print_)
            if earlier_outcome is not None:
                return earlier_outcome, None
        return None, reading.command(route, readable)

    def _check_version(self, session: Session, route: Route, request: Request, case: UUID) -> None:
        # Locked first: two changes of one case happen one after the other, and their events in that order.
        version = self._cases.lock(session, case)
        if not route.changes:
            return
        if_match = request.headers.get("If-Match")
        if if_match is None:
            raise Refused(428, "If-Match is missing", "Read the case first and send its ETag in an If-Match header.")
        if if_match.strip() != f'"{version}"':
            detail = "Someone has changed the case since you read it. Read it again, then decide again."
            raise Refused(412, "The case has changed", detail)

    def _conclude(
        self,
        session: Session,
        route: Route,
        request: Request,
        principal: Principal,
        case: UUID | None,
        reply: Reply,
    ) -> None:
        """Note a request in the audit, and what it came to with its key, if it created something just now."""
        action, about = reply.noted_as or str(route.action), case or reply.created or reply.about
        if not route.creates or _REPLAYED in reply.headers:
            if reply.noted:
                self._note(session, action, principal, about, reply.status)
            return
        correlation = ORIGIN.of(session).correlation
        noted = trail.row_of(principal, action, about, reply.status, correlation) if reply.noted else None
        key = str(request.headers.get("Idempotency-Key"))
        idempotency.finish(session, principal.subject, key, reply.status, reply.created, noted)

    def _note(self, session: Session, action: str, principal: Principal, case: UUID | None, status: int) -> None:
        origin = ORIGIN.of(session)
        trail.note(
            session,
            principal,
            action=action,
            subject=case,
            status=status,
            correlation=origin.correlation,
        )


def _call(session: Session, now: datetime, principal: Principal, path: dict[str, Any], command: Command | None) -> Call:
    if command is None:
        return Call(session, now, principal, path)
    return CallWith(session, now, principal, path, command=command)


class Edge(DependencyProvider):  # type: ignore[misc]  # nameko carries no types
    """The request pipeline of a service class, built when its process has its settings (`shared.runtime.host`)."""

    def get_dependency(self, _worker_ctx: Any) -> RequestPipeline:
        """Hand the pipeline to a worker."""
        pipeline: RequestPipeline = self.container.config["pipeline"]
        return pipeline

"""The client of tests: a staff member or a service that sends requests to a service's edge without the network."""

import json
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from werkzeug.routing import Map, Rule
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from services.intake.service import PARTS, Intake
from shared.access.staff import SECOND_PERSON, SUBJECT_KEY
from shared.access.tokens import (
    OPERATOR,
    OPERATOR_ROLE,
    STAFF,
    Jwk,
    Verifier,
    issue,
    new_key,
    public_set,
    service_issuer,
)
from shared.deadlines.time_source import TimeSource
from shared.events.envelope import new_id
from shared.http import RequestPipeline
from shared.http.agency_callers import AgencyCallers
from shared.http.openapi.responses import responses
from shared.http.rates import Rates
from shared.http.route import Route
from shared.store.database import Database
from tests.kit.staff import register

#: Statuses of a stand-in for a handler, and of a store that a test has damaged. No document promises them.
_MADE_BY_TESTS = frozenset((299, 500))
#: The keys that sign access tokens: of staff, of operators, and of a service that follows.
KEY, OPERATORS_KEY, FOLLOWER = new_key(STAFF), new_key(OPERATOR), new_key(service_issuer("legal"))


def verifier(*others: Jwk) -> Verifier:
    """Return a verifier that knows the issuers of every token that a client carries, and others."""
    return Verifier(json.dumps(public_set([KEY, OPERATORS_KEY, FOLLOWER, *others])))


def edge_of(
    database: Database,
    parts: Any = PARTS,
    *,
    clock: TimeSource | None = None,
    kind: type[RequestPipeline] = RequestPipeline,
    verifying: Verifier | None = None,
    rates: Rates | None = None,
) -> RequestPipeline:
    """Build the edge of a service on its database, by default intake's."""
    following = parts.following
    database.provide(SUBJECT_KEY, "fictitious")
    database.provide(SECOND_PERSON, False)
    clock, verifying = clock or TimeSource(movable=True), verifying or verifier()
    return kind(
        database,
        clock,
        verifying,
        following.emits,
        parts.access,
        parts.cases,
        rates,
        agency_callers=AgencyCallers(parts.agency_keys, database) if parts.agency_keys else None,
    )


class Client:
    """A client of a service, by default intake, that acts as one person with some roles.

    A path without a leading slash is relative to the client's case: `notes` is `/v1/cases/{case}/notes`. The person is
    registered in these roles by default.
    """

    def __init__(
        self,
        door: RequestPipeline,
        *roles: str,
        key: Any = None,
        subject: UUID | str | None = None,
        service: type = Intake,
        case: UUID | None = None,
        registered: bool = True,
        token: str | None = None,
        address: str | None = None,
    ) -> None:
        self.subject = subject if isinstance(subject, UUID) else uuid4()
        self.roles = roles
        self._case = case
        signer = key or (OPERATORS_KEY if roles == (OPERATOR_ROLE,) else KEY)
        if registered and signer is KEY and token is None:
            register(door.database, self.subject, *roles)
        self._address = address
        # Longer than the validity of a service's own token: on a loaded machine, a test of many requests takes minutes.
        self._token = token or issue(signer, subject=str(subject or self.subject), roles=roles, lifetime=3600)
        self.service: Any = service()
        self.service.edge = door

    def colleague(self, *roles: str) -> str:
        """Register another person at the same service; return their id."""
        return str(register(self.service.edge.database, uuid4(), *roles))

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        query: dict[str, str] | None = None,
        **headers: str,
    ) -> Response:
        """Send a request and return the whole response. A header is named with underscores: `If_Match`."""
        whole = path if path.startswith("/") else f"/v1/cases/{self._case}/{path}".rstrip("/")
        built = EnvironBuilder(
            path=whole,
            method=method,
            query_string=query,
            environ_base={"REMOTE_ADDR": self._address} if self._address else None,
            data=raw if raw is not None else None if body is None else json.dumps(body),
            content_type=headers.pop("content_type", "application/json"),
            headers={
                "Authorization": f"Bearer {self._token}",
                "Idempotency-Key": str(uuid4()),
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        routes = _routes(type(self.service))
        name, values = routes.bind("localhost").match(whole.partition("?")[0], method)
        entrypoint = getattr(type(self.service), name)
        response: Response = entrypoint(self.service, Request(built.get_environ()), **values)
        # The OpenAPI document must list the status of every response that a test gets.
        promised = _promised(type(self.service), name) | _MADE_BY_TESTS
        assert response.status_code in promised, f"{method} {whole}: {response.status}"
        return response

    def told(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> dict[str, Any]:
        """Send a request, and return the body of a response that must have this status."""
        return told(self.ask(method, path, body, **headers), status)


def told(reply: Response, status: int = 200) -> dict[str, Any]:
    """Return the body of a response that must have this status; empty if there is none."""
    text = reply.get_data(as_text=True)
    assert reply.status_code == status, text
    body: dict[str, Any] = json.loads(text) if text else {}
    return body


def made_up(case: str) -> str:
    """Return an id that names no case and is as old as this one. The response to a recent id differs."""
    random = (1 << 80) - 1
    return str(UUID(int=UUID(case).int & ~random | new_id().int & random))


@cache
def _promised(service: type, name: str) -> frozenset[int]:
    """Return the statuses in the document of a route."""
    route: Route = getattr(service, name).route
    return frozenset(map(int, responses(route)))


@cache
def _routes(service: type) -> Map:
    """Return the routing map of a service's entry points."""
    served = {name: getattr(service, name) for name in dir(service) if hasattr(getattr(service, name), "route")}
    return Map(
        [
            Rule(entrypoint.route.path, methods=[entrypoint.route.method], endpoint=name)
            for name, entrypoint in served.items()
        ]
    )

"""Plain nameko routes with the same job as ours: verify a token, read or insert rows, write an audit row, commit.

They follow nameko's and SQLAlchemy's guides, in the same host environment: the same monkey patches, the same wait for
PostgreSQL, the same connection pool, the same number of workers. Nothing else is ours.
"""

from shared.runtime import host

host.prepare()  # before any other import: see that module

import json  # noqa: E402
import os  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from typing import Any  # noqa: E402
from uuid import UUID, uuid4  # noqa: E402

from joserfc import jwt  # noqa: E402
from joserfc.jwk import KeySet  # noqa: E402
from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.web.handlers import HttpRequestHandler  # noqa: E402
from nameko.web.server import HttpOnlyProtocol, WebServer  # noqa: E402
from sqlalchemy import insert, select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from werkzeug.wrappers import Request, Response  # noqa: E402

from shared.store.database import engine_for  # noqa: E402
from tests.benchmarks.routes.rows import audit_log, cases  # noqa: E402

WORKERS = 10
PAGE = 100
AUDIENCE = "casepath"


class Protocol(HttpOnlyProtocol):  # type: ignore[misc]  # nameko carries no types
    """Disables Nagle's algorithm, as Casepath does: with it, a long response would wait 40 ms and spoil the ratio."""

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Server(WebServer):  # type: ignore[misc]  # as above
    """Nameko's web server."""

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, **_options: Any) -> Any:
        return super().get_wsgi_server(sock, wsgi_app, protocol=Protocol)


class Route(HttpRequestHandler):  # type: ignore[misc]  # as above
    """Nameko's entrypoint."""

    server = Server()


class Sessions(DependencyProvider):  # type: ignore[misc]  # as above
    """A session for each request."""

    def setup(self) -> None:
        self._engine = engine_for(os.environ["BENCH_DATABASE_URL"])

    def get_dependency(self, _worker_ctx: Any) -> Session:
        return Session(self._engine)

    def worker_teardown(self, worker_ctx: Any) -> None:
        worker_ctx.service.session.close()


class Tokens(DependencyProvider):  # type: ignore[misc]  # as above
    """Verifies access tokens."""

    def setup(self) -> None:
        self._keys = KeySet.import_key_set(json.loads(os.environ["BENCH_KEY_SET"]))
        self._claims = jwt.JWTClaimsRegistry(
            iss={"essential": True},
            aud={"essential": True, "value": AUDIENCE},
            sub={"essential": True},
            exp={"essential": True},
        )

    def get_dependency(self, _worker_ctx: Any) -> "Tokens":
        return self

    def caller(self, request: Request) -> dict[str, Any]:
        """Return the claims of the token. Raises `JoseError` if it is invalid."""
        token = jwt.decode(request.headers["Authorization"].partition(" ")[2], self._keys, algorithms=["Ed25519"])
        self._claims.validate(token.claims)
        return token.claims


route = Route.decorator


class Bare:
    """Opens a case, reads one, and lists the caller's cases."""

    name = "bare"
    session = Sessions()
    tokens = Tokens()

    @route("POST", "/cases")
    def open_case(self, request: Request) -> Response:
        caller = self.tokens.caller(request)
        case = uuid4()
        facts = {**json.loads(request.get_data()), "opened_on": datetime.now(UTC).date()}
        opened_by = UUID(caller["sub"])
        self.session.execute(insert(cases).values(id=case, version=1, opened_by=opened_by, status="open", **facts))
        return self._answered("open", caller, case, 201, {"id": case})

    @route("GET", "/cases/<uuid:case>")
    def read_case(self, request: Request, case: UUID) -> Response:
        caller = self.tokens.caller(request)
        row = self.session.execute(select(cases).where(cases.c.id == case)).one()
        return self._answered("read", caller, case, 200, dict(row._mapping))

    @route("GET", "/cases")
    def list_cases(self, request: Request) -> Response:
        caller = self.tokens.caller(request)
        mine = select(cases).where(cases.c.opened_by == UUID(caller["sub"])).order_by(cases.c.id).limit(PAGE + 1)
        if "after" in request.args:
            mine = mine.where(cases.c.id > UUID(request.args["after"]))
        rows = self.session.execute(mine).all()
        following = rows[PAGE - 1].id if len(rows) > PAGE else None
        shown = [dict(row._mapping) for row in rows[:PAGE]]
        return self._answered("list", caller, None, 200, {"cases": shown, "next": following})

    def _answered(
        self, action: str, caller: dict[str, Any], case: UUID | None, status: int, body: dict[str, Any]
    ) -> Response:
        roles = ",".join(caller["roles"])
        noted = {"actor": caller["sub"], "roles": roles, "action": action, "subject": case, "status": status}
        self.session.execute(insert(audit_log).inline().values(**noted, correlation=uuid4()))
        self.session.commit()
        text = json.dumps(body, default=str, separators=(",", ":"))
        return Response(text, status=status, content_type="application/json")


def main(listen: str) -> None:
    """Serve until the process is stopped."""
    runner = ServiceRunner({"WEB_SERVER_ADDRESS": listen, "max_workers": WORKERS})
    runner.add_service(Bare)
    runner.start()
    runner.wait()


if __name__ == "__main__":
    main(sys.argv[1])

"""What a request came to is kept: with its key, so that a repeat is the same answer, and in the audit."""

from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.wrappers import Request

from shared.access.tokens import Principal
from shared.audit import trail
from shared.exchange.eventlog import ORIGIN
from shared.http import idempotency, reading
from shared.http.commands import Command
from shared.http.reading import Readable
from shared.http.route import Reply, Route
from shared.telemetry import metrics
from shared.telemetry.logs import logger

#: The header of a reply to a request that was answered before.
REPLAYED: Final = "Idempotent-Replay"
#: What machines ask for every few seconds: a line of each would bury the others.
_ASKED_OFTEN: Final = ("/health/live", "/health/ready", "/metrics", "/v1/events", "/v1/exchange-keys")
_REFUSED = 400

log = logger()


def read(
    session: Session, route: Route, request: Request, readable: Readable, principal: Principal, case: UUID | None
) -> tuple[idempotency.Done | None, Command | None]:
    """Return what an earlier request with its key came to, or else its command."""
    if _is_keyed(route, request):
        key = request.headers.get("Idempotency-Key")
        print_ = idempotency.fingerprint(session, key, request.method, request.path, readable.raw)
        earlier_outcome = idempotency.begin(session, principal.subject, key, print_, case)
        if earlier_outcome is not None:
            return earlier_outcome, None
    return None, reading.command(route, readable)


def conclude(
    session: Session,
    route: Route,
    request: Request,
    principal: Principal,
    case: UUID | None,
    reply: Reply,
) -> None:
    """Note a request in the audit, and what it came to with its key, if it changed something just now."""
    action, about = reply.noted_as or str(route.action), case or reply.created or reply.about
    if is_replay(reply) or not _is_keyed(route, request):
        if reply.noted:
            note(session, action, principal, about, reply.status)
        _note_also(session, reply, principal, about)
        return
    correlation = ORIGIN.of(session).correlation
    noted = trail.row_of(principal, action, about, reply.status, correlation) if reply.noted else None
    key = str(request.headers.get("Idempotency-Key"))
    body = reply.body if reply.alike is None else {"alike": reply.alike, **(reply.body or {})}
    done = idempotency.Done(reply.status, reply.created, reply.version, body)
    idempotency.finish(session, principal.subject, key, done, noted)


# control: H-CONFIDENTIALITY-2 composed-reads-are-audited
def _note_also(session: Session, reply: Reply, principal: Principal, about: UUID | None) -> None:
    """Note the parts of a composed read, each like a request for that part alone."""
    for action, status in reply.also_noted:
        note(session, action, principal, about, status)


def note(session: Session, action: str, principal: Principal, case: UUID | None, status: int) -> None:
    """Note in the audit what somebody did or was refused."""
    origin = ORIGIN.of(session)
    trail.note(
        session,
        principal,
        action=action,
        subject=case,
        status=status,
        correlation=origin.correlation,
    )


def answered(route: Route, status: int, seconds: float, *, is_held: bool = False) -> None:
    """Count an answer, and log it: who asked, and about whom, is in the audit log alone.

    `is_held`: the request waited for news. Open pages send the next one at once.
    """
    metrics.requests.labels(route.path, route.method, status).inc()
    metrics.request_seconds.labels(route.path, route.method).observe(seconds)
    if not (is_held or route.path in _ASKED_OFTEN) or status >= _REFUSED:
        log.info("request.answered", method=route.method, status=status, seconds=round(seconds, 4))


def is_replay(reply: Reply) -> bool:
    """Return whether a reply is that of a request which was answered before."""
    return REPLAYED in reply.headers


def _is_keyed(route: Route, request: Request) -> bool:
    """Return whether a request is to be done once for its key; what creates has to have one."""
    return route.creates or (route.may_repeat and "Idempotency-Key" in request.headers)

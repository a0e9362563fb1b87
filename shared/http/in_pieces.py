"""Admit a request that is done in pieces, claim its key, and hand it to its handler."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN
from shared.http import idempotency, reading
from shared.http.admitting import Access
from shared.http.chain import RequestContext
from shared.http.pieces import CallInPieces, Pieces
from shared.http.route import Reply
from shared.http.transaction import response, written
from shared.store.database import Database


class InPieces:
    """Hands requests to the handlers of routes that declare `in_pieces`."""

    def __init__(self, database: Database, time_source: TimeSource, emits: Emits, access: Access) -> None:
        """Store where pieces are done, and how callers are admitted."""
        self._database, self._time_source, self._emits, self._access = database, time_source, emits, access

    def done(self, context: RequestContext) -> Response:
        """Admit the caller and claim the key in a first transaction, then have the handler do the pieces."""
        with self._database.transaction(ORIGIN.holding(context.origin)) as session:
            self._access.admit(session, context.route, context.principal, None)
            call = self.claimed(session, context)
        return response(written(context.route, self.handled(context, call)), context.request, context.case)

    def claimed(self, session: Session, context: RequestContext) -> CallInPieces[Any]:
        """Claim the key of a request, independent of the outcome of its pieces.

        Its answer is not stored with the key.
        """
        request, principal = context.request, context.principal
        key = request.headers.get("Idempotency-Key")
        said = idempotency.fingerprint(session, key, request.method, request.path, context.readable.raw)
        idempotency.begin(session, principal.subject, key, said)
        pieces = Pieces(self._database, self._time_source, self._emits, principal, str(key))
        return CallInPieces(principal, pieces, command=reading.command(context.route, context.readable))

    def handled(self, context: RequestContext, call: CallInPieces[Any]) -> Reply:
        """Call the handler."""
        handle: Callable[..., Reply] = context.handle
        return handle(call)

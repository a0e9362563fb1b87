"""The one transaction of a request: its work, its audit row and the outcome of its key are committed together."""

from copy import copy
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from shared.access import revocations
from shared.access.tokens import Principal
from shared.audit import trail
from shared.deadlines.time_source import TimeSource
from shared.exchange.eventlog import ORIGIN
from shared.http import idempotency
from shared.http.chain import Proceed, RequestContext
from shared.http.meanwhile import Meanwhile, afterwards
from shared.http.route import Reply
from shared.http.writing import Writing, response, written
from shared.store.contending import until_won
from shared.store.database import Database


class Transactions:
    """Begins the transaction of each request, and ends it with the audit row."""

    def __init__(self, database: Database, time_source: TimeSource, writing: Writing) -> None:
        """Store where work is done, and how its replies are written."""
        self._database, self._time_source, self._writing = database, time_source, writing
        #: How a read is written while its audit row is stored: afterwards, unless the host can do both at once.
        self.meanwhile: Meanwhile = afterwards

    def begun(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Do the rest in one transaction, which is repeated if the server ended it in favour of another one."""
        is_read = context.route.only_reads
        begin = self._database.reading if is_read else self._database.transaction

        def at_once() -> Response:
            along = self._time_source.asked_along(each_alone=is_read)
            with begin(ORIGIN.holding(context.origin), *along) as session:
                context.begin_transaction(session)
                return proceed(context)

        return until_won(at_once)

    def begun_for_anyone(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Do the rest in one transaction, in which the token of a known caller is checked for revocation."""

        def at_once() -> Response:
            with self._database.transaction(ORIGIN.holding(context.origin)) as session:
                context.session = session
                if context.principal.subject:
                    revocations.check(session, context.principal)
                return proceed(context)

        return until_won(at_once)

    def audited(self, context: RequestContext, proceed: Proceed[Reply]) -> Response:
        """Write the reply and store the audit row. Only a reply whose audit row is stored is answered.

        A request that only reads is written while its audit row is stored.
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
        """Write the reply of a route that is open to everyone; it is not audited."""
        return response(written(context.route, proceed(context)), context.request)

    @staticmethod
    def _written(context: RequestContext, reply: Reply) -> Response:
        return response(reply, context.request, context.case)


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
    """Audit what a caller did, or was refused."""
    correlation = ORIGIN.of(session).correlation
    trail.note(session, principal, action=action, subject=case, status=status, correlation=correlation)

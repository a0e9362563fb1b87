"""Audit denied requests, and watch for callers who try many addresses that do not exist."""

from typing import TypeAlias

from werkzeug.wrappers import Response

from shared.access.permissions import Forbidden, NotFound, NotOfTheAgency, Relation
from shared.access.tokens import TokenRefused
from shared.exchange.eventlog import ORIGIN
from shared.http import arriving
from shared.http.admitting import Cases
from shared.http.chain import Proceed, RequestContext
from shared.http.probing import Probing
from shared.http.transaction import note
from shared.store.database import Database

Denied: TypeAlias = NotFound | Forbidden | TokenRefused


class Denials:
    """The denied requests of one service."""

    def __init__(self, database: Database, cases: Cases) -> None:
        """Store where denials are audited, and whether cases arrive from another service."""
        self._database, self._cases = database, cases
        self._probing = Probing()

    def audited(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Audit a denial in a transaction of its own, because the transaction of the request was rolled back.

        Only the fact of the denial is stored. An address that exists no longer counts as probed.
        """
        try:
            response = proceed(context)
        except (NotFound, Forbidden, TokenRefused) as denied:
            raise self._noted(context, denied) from None
        self._probing.found(context.principal.subject, context.request.path)
        return response

    def _noted(self, context: RequestContext, denied: Denied) -> Exception:
        """Store a denial; return the error to answer."""
        principal, is_missed = context.principal, isinstance(denied, NotFound)
        answered = self._answered(context, denied)
        with self._database.transaction(ORIGIN.holding(context.origin)) as session:
            note(session, str(context.route.action), principal, context.case, answered.status)
            if is_missed:
                self._probing.missed(session, principal.subject, context.request.path)
        return answered

    def _answered(self, context: RequestContext, denied: Denied) -> Denied | arriving.PerhapsArriving:
        if not isinstance(denied, NotFound):
            return denied
        # A caller with a part in the case may know that the case is here and only one record of it is not.
        is_unseen = context.relation in (Relation.NONE, Relation.EXCLUDED) and self._cases.arrive
        if is_unseen and context.case is not None and arriving.is_young(context.case):
            return arriving.PerhapsArriving()
        if type(denied) is NotFound and context.principal.agency is not None:
            return NotOfTheAgency()
        return denied

"""Look up outside the installation what a request needs, while no transaction is open."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from shared.http import reading
from shared.http.admitting import Access
from shared.http.chain import Proceed, RequestContext
from shared.http.route import Preparing
from shared.store.database import Database


class Preparation:
    """Prepares the requests of routes that declare `prepare`."""

    def __init__(self, database: Database, access: Access) -> None:
        """Store how callers are admitted."""
        self._database, self._access = database, access

    # control: H-AGENCY-3 names-before-the-transaction
    def prepared(
        self, prepare: Callable[[Preparing], object], context: RequestContext, proceed: Proceed[Response]
    ) -> Response:
        """Prepare a request once its caller is admitted, and before its transaction begins."""
        with self._database.transaction() as session:
            self._access.admit(session, context.route, context.principal, context.case)
        command = reading.command(context.route, context.readable)
        context.prepared = prepare(Preparing(self._database, context.path, command))
        return proceed(context)

"""Routes for searching by name."""

from services.intake.actions.search import index_anew, search
from services.intake.schemas.search import IndexAnew, Search
from shared.http import Call, Reply, route


class SearchRoutes:
    """Mixin for a service class that has an `edge`."""

    @route("POST", "/v1/searches", action="person.search", body=Search)
    def search(self, call: Call) -> Reply:
        """Find the caller's cases by a person's name, however it is spelled; former names count too."""
        return Reply(search(call.session, call.principal, call.body))

    @route("POST", "/v1/searches/index", action="person.index", body=IndexAnew)
    def index_anew(self, call: Call) -> Reply:
        """Index a page of cases by name anew, after a restore of the key database; no name is returned."""
        return Reply(index_anew(call.session, call.body["after"]))

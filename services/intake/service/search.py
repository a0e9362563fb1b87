"""The route of searches."""

from services.intake.actions.search import index_anew, search
from services.intake.schemas.search import IndexAnew, Search
from shared.web import Call, Reply, route


class SearchRoutes:
    """For a service class that has an `edge`."""

    @route("POST", "/v1/searches", action="person.search", body=Search)
    def search(self, call: Call) -> Reply:
        """Find the caller's cases by a person's name, however it is spelled; former names count too."""
        return Reply(search(call.session, call.principal, call.body))

    @route("POST", "/v1/searches/index", action="person.index", body=IndexAnew)
    def index_anew(self, call: Call) -> Reply:
        """Let a page of cases be found by name again, after a restore of the key database; no name is told."""
        return Reply(index_anew(call.session, call.body["after"]))

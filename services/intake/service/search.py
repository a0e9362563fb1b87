"""The route of searches."""

from services.intake.actions.search import search
from services.intake.schemas.search import Search
from shared.web import Call, Reply, route


class SearchRoutes:
    """For a service class that has an `edge`."""

    @route("POST", "/v1/searches", action="person.search", body=Search)
    def search(self, call: Call) -> Reply:
        """Find the caller's cases by a person's name, however it is spelled; former names count too."""
        return Reply(search(call.session, call.principal, call.body))

"""The route that finds a case by a name. No name is ever part of an address."""

from typing import Final

from services.intake.cases.summary import actions, schemas
from services.intake.cases.summary.schemas import WITH_NAMES
from services.intake.facts.identity.actions import search_by_name
from services.intake.facts.identity.schemas import Search
from shared.http import CallWith, Reply, route
from shared.http.paging import asks_for_names
from shared.runtime.topics import Topic


@route(
    "POST",
    "/v1/searches",
    action="person.search",
    body=Search,
    reads=True,
    query=(WITH_NAMES,),
    reply=schemas.SearchHits,
)
def search(call: CallWith[Search]) -> Reply:
    """Find the caller's cases by a person's name, however it is spelled; former ones with a reason on record."""
    with_names = asks_for_names(call.query)
    found = search_by_name(call.session, call.command, call.now, by=call.principal)
    return Reply(actions.with_summaries(call.session, found, call.now, by=call.principal) if with_names else found)


TOPIC: Final = Topic(__name__)

"""Partners, put together from its topics: the routes it serves and the events it follows. No logic."""

from services.partners.agency import routes as agency_routes
from services.partners.agency import rules as agency
from services.partners.agency.actions import PROJECTIONS, NamedByLaw
from services.partners.agreement import routes as agreement_routes
from services.partners.agreement import rules as agreement
from services.partners.events import EMITS, READS
from services.partners.key import routes as key_routes
from services.partners.key import rules as key
from services.partners.key.actions import caller
from services.partners.migrations import MIGRATIONS
from shared import operate
from shared.exchange.follower import Following
from shared.http import NO_CASES, with_routes
from shared.runtime.process import ServiceParts


@with_routes(agency_routes, agreement_routes, key_routes)
class Partners(operate.OperatedWithoutCases):
    """The register of the agencies that take part, and what is agreed on with them."""

    name = "partners"


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following("partners", EMITS, READS, PROJECTIONS),
    access={**operate.WITHOUT_CASES, **agency.ACCESS, **agreement.ACCESS, **key.ACCESS},
    cases=NO_CASES,
    on_timer=operate.ON_TIMER,
    agency_keys=caller,
    loops=(lambda database, emits, _feeds: NamedByLaw(database, emits),),
)
SERVICE = Partners

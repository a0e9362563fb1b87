"""Partners, put together from its topics: the routes it serves and the events it follows. No logic."""

from typing import Final

from services.partners.agency import routes as agency_routes
from services.partners.agency import rules as agency
from services.partners.agency.actions import PROJECTIONS, NamedByLaw
from services.partners.agreement import routes as agreement_routes
from services.partners.agreement import rules as agreement
from services.partners.broker_queue import routes as broker_queue_routes
from services.partners.broker_queue import rules as broker_queue
from services.partners.broker_queue.actions import STREAMS, BrokerSignIn, Lane
from services.partners.delivery import routes as delivery_routes
from services.partners.delivery import rules as delivery
from services.partners.delivery.actions import EXPIRING as EXPIRING_ATTEMPTS
from services.partners.delivery.actions import Deliveries
from services.partners.event_type import routes as event_type_routes
from services.partners.events import EMITS, READS
from services.partners.ground import actions as ground_actions
from services.partners.ground.events import ENDINGS, SOURCE
from services.partners.key import routes as key_routes
from services.partners.key import rules as key
from services.partners.key.actions import MEASURES, caller
from services.partners.migrations import MIGRATIONS
from services.partners.notifier import actions as notifier_actions
from services.partners.notifier import routes as notifier_routes
from services.partners.notifier import rules as notifier
from services.partners.pseudonym import rules as pseudonym
from services.partners.received import actions as received_actions
from services.partners.received import routes as received_routes
from services.partners.received import rules as received
from services.partners.received.models import CASES
from services.partners.reception import routes as reception_routes
from services.partners.reception import rules as reception
from services.partners.report import actions as report_actions
from services.partners.report import routes as report_routes
from services.partners.report import rules as report
from services.partners.sandbox import routes as sandbox_routes
from services.partners.sandbox import rules as sandbox
from services.partners.stream import actions as stream_actions
from services.partners.stream import routes as stream_routes
from services.partners.stream import rules as stream
from services.partners.subscription import routes as subscription_routes
from services.partners.subscription import rules as subscription
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.access.tokens import AGENCY_ROLES
from shared.exchange.broker import BROKER_OF_AGENCIES
from shared.exchange.follower import OLDEST_ENDING, CatchingUp, EndingsWatch, Following
from shared.http import NO_CASES, Cases, with_routes
from shared.privacy import erasure
from shared.runtime.process import ServiceParts

_ACCESS = (
    agency,
    agreement,
    key,
    pseudonym,
    subscription,
    stream,
    delivery,
    notifier,
    broker_queue,
    received,
    report,
    sandbox,
    reception,
)
ACCESS: Final = {
    **operate.WITHOUT_CASES,
    **{action: needs for topic in _ACCESS for action, needs in topic.ACCESS.items()},
}


@with_routes(
    agency_routes,
    agreement_routes,
    key_routes,
    event_type_routes,
    subscription_routes,
    stream_routes,
    delivery_routes,
    notifier_routes,
    broker_queue_routes,
    report_routes,
    received_routes,
    sandbox_routes,
    reception_routes,
)
class Partners(operate.OperatedWithoutCases):
    """The register of the agencies that take part, what is agreed on with them, and what they are told."""

    name = "partners"
    #: What an agency's key may open, for the OpenAPI document.
    for_agencies = frozenset(action for action, roles in ACCESS.items() if AGENCY_ROLES & roles.keys())


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following(
        "partners",
        EMITS,
        READS,
        # The erasure belongs behind all others.
        (
            *PROJECTIONS,
            *ground_actions.PROJECTIONS,
            *received_actions.PROJECTIONS,
            erasure.projection("intake", "partners", report_actions.erase, goes_in_parts=True),
        ),
        (*report_actions.REACTIONS, *stream_actions.REACTIONS, *notifier_actions.REACTIONS),
    ),
    access=ACCESS,
    # Partners keeps no case that could be changed. Of a case, its team sees what each agency received.
    cases=Cases(CASES.admission, NO_CASES.lock, FieldVisibility.seen_by(received.SEEN_BY)),
    on_timer=operate.ON_TIMER,
    agency_keys=caller,
    carries=lambda settings: (OLDEST_ENDING.holding(settings.oldest_ending),),
    marks=stream_actions.marks,
    erasing=erasure.Erasing(report_actions.erase, erasure.acknowledge),
    loops=(
        lambda database, _emits, feeds: CatchingUp(database, feeds, SOURCE),
        lambda database, _emits, feeds: EndingsWatch(
            database, feeds, READS, SOURCE, ENDINGS, bound=database.provided(OLDEST_ENDING)
        ),
        lambda database, emits, _feeds: NamedByLaw(database, emits),
        lambda database, emits, _feeds: stream_actions.OwnEvents(database, emits),
        stream_actions.Histories,
        lambda database, _emits, _feeds: Deliveries(database),
        lambda database, _emits, _feeds: notifier_actions.Ringing(database),
        lambda database, _emits, _feeds: BrokerSignIn(database),
        lambda database, _emits, _feeds: Lane(database, database.provided(BROKER_OF_AGENCIES).amqp_uri, STREAMS),
    ),
    expiring=(
        *EXPIRING_ATTEMPTS,
        *stream_actions.EXPIRING,
        *report_actions.EXPIRING,
        *notifier_actions.EXPIRING,
    ),
    measures=(*MEASURES, *notifier_actions.MEASURES),
)
SERVICE = Partners

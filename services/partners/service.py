"""Partners, assembled from its topics. No logic.

`TOPICS` has a layer for each group of topics (a folder): `overview` at the top, `agencies` at the bottom. Within a
group, a topic uses only those that follow it.
"""

from typing import Final

from services import FOLLOWS
from services.partners.agencies.agency.topic import TOPIC as AGENCY
from services.partners.agencies.agreement.topic import TOPIC as AGREEMENT
from services.partners.agencies.key.actions import caller
from services.partners.agencies.key.topic import TOPIC as KEY
from services.partners.channels.broker_queue.topic import TOPIC as BROKER_QUEUE
from services.partners.channels.delivery.topic import TOPIC as DELIVERY
from services.partners.channels.notifier.topic import TOPIC as NOTIFIER
from services.partners.channels.report.actions.erasing import erase
from services.partners.channels.report.topic import TOPIC as REPORT
from services.partners.migrations import MIGRATIONS
from services.partners.overview.own_agency.topic import TOPIC as OWN_AGENCY
from services.partners.overview.received.models import CASES
from services.partners.overview.received.rules import SEEN_BY
from services.partners.overview.received.topic import TOPIC as RECEIVED
from services.partners.overview.reception.topic import TOPIC as RECEPTION
from services.partners.overview.sandbox.topic import TOPIC as SANDBOX
from services.partners.streams.event_type.topic import TOPIC as EVENT_TYPE
from services.partners.streams.ground.events import ENDINGS, SOURCE
from services.partners.streams.ground.topic import TOPIC as GROUND
from services.partners.streams.history.topic import TOPIC as HISTORY
from services.partners.streams.pseudonym.topic import TOPIC as PSEUDONYM
from services.partners.streams.stream.actions.proving import PROVEN_ONLY
from services.partners.streams.stream.actions.reading import marks
from services.partners.streams.stream.events import reads as reads_of_streams
from services.partners.streams.stream.topic import TOPIC as STREAM
from services.partners.streams.subscription.topic import TOPIC as SUBSCRIPTION
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.access.tokens import AGENCY_ROLES
from shared.events.contract import Emits, Reads
from shared.exchange.follower import OLDEST_ENDING, EndingsWatch, Following
from shared.http import NO_CASES, Cases
from shared.privacy import erasure
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    # overview
    (SANDBOX, RECEPTION, RECEIVED, OWN_AGENCY),
    # channels
    (REPORT, NOTIFIER, DELIVERY, BROKER_QUEUE),
    # streams
    (EVENT_TYPE, STREAM, SUBSCRIPTION, GROUND, HISTORY, PSEUDONYM),
    # agencies
    (KEY, AGREEMENT, AGENCY),
)
ACCESS: Final = {**operate.WITHOUT_CASES, **TOPICS.access}
EMITS: Final = Emits("partners", *TOPICS.events)
#: The streams need every event type that may leave and that no topic already reads.
READS: Final = Reads(*TOPICS.reads, *reads_of_streams(TOPICS.reads), follows=FOLLOWS["partners"])


@TOPICS.serve
class Partners(operate.OperatedWithoutCases, operate.AgencyDocuments):
    """The register of agencies, their agreements and keys, and the events that they receive."""

    name = "partners"
    #: The actions that agencies' keys permit, for the OpenAPI document.
    for_agencies = frozenset(action for action, roles in ACCESS.items() if AGENCY_ROLES & roles.keys())


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following(
        "partners",
        EMITS,
        READS,
        # The erasure must come after all other projections.
        (*TOPICS.projections, erasure.projection("intake", "partners", erase, goes_in_parts=True)),
        TOPICS.reactions,
        compares_at_once=True,
    ),
    access=ACCESS,
    # Partners stores no case that could be changed. A case's team sees the data that each agency received.
    cases=Cases(CASES.admission, NO_CASES.lock, FieldVisibility.seen_by(SEEN_BY)),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    agency_keys=caller,
    carries=lambda settings: (OLDEST_ENDING.holding(settings.oldest_ending), PROVEN_ONLY.holding(held=True)),
    marks=marks,
    erasing=erasure.Erasing(erase, erasure.acknowledge),
    loops=(
        *TOPICS.loops,
        lambda database, _emits, feeds: EndingsWatch(
            database, feeds, READS, SOURCE, ENDINGS, bound=database.provided(OLDEST_ENDING)
        ),
    ),
    expiring=TOPICS.expiring,
    measures=TOPICS.measures,
)
SERVICE = Partners

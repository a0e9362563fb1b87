"""Partners, put together from its topics. No logic.

`TOPICS` is the order of the topics, from those that serve agencies at the top to `agency` at the bottom.
"""

from typing import Final

from services import FOLLOWS
from services.partners.agency.topic import TOPIC as AGENCY
from services.partners.agreement.topic import TOPIC as AGREEMENT
from services.partners.broker_queue.topic import TOPIC as BROKER_QUEUE
from services.partners.delivery.topic import TOPIC as DELIVERY
from services.partners.event_type.topic import TOPIC as EVENT_TYPE
from services.partners.ground.events import ENDINGS, SOURCE
from services.partners.ground.topic import TOPIC as GROUND
from services.partners.history.topic import TOPIC as HISTORY
from services.partners.key.actions import caller
from services.partners.key.topic import TOPIC as KEY
from services.partners.migrations import MIGRATIONS
from services.partners.notifier.topic import TOPIC as NOTIFIER
from services.partners.pseudonym.topic import TOPIC as PSEUDONYM
from services.partners.received.models import CASES
from services.partners.received.rules import SEEN_BY
from services.partners.received.topic import TOPIC as RECEIVED
from services.partners.reception.topic import TOPIC as RECEPTION
from services.partners.report.actions import erase
from services.partners.report.topic import TOPIC as REPORT
from services.partners.sandbox.topic import TOPIC as SANDBOX
from services.partners.stream.actions import marks
from services.partners.stream.events import reads as reads_of_streams
from services.partners.stream.topic import TOPIC as STREAM
from services.partners.subscription.topic import TOPIC as SUBSCRIPTION
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
    (SANDBOX, RECEPTION, RECEIVED),
    (REPORT, NOTIFIER, DELIVERY, BROKER_QUEUE),
    (EVENT_TYPE,),
    (STREAM,),
    (SUBSCRIPTION,),
    (GROUND,),
    (HISTORY,),
    (KEY, PSEUDONYM),
    (AGREEMENT,),
    (AGENCY,),
)
ACCESS: Final = {**operate.WITHOUT_CASES, **TOPICS.access}
EMITS: Final = Emits("partners", *TOPICS.events)
#: The streams need all that may leave, and that no topic reads in its own way.
READS: Final = Reads(*TOPICS.reads, *reads_of_streams(TOPICS.reads), follows=FOLLOWS["partners"])


@TOPICS.serve
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
        (*TOPICS.projections, erasure.projection("intake", "partners", erase, goes_in_parts=True)),
        TOPICS.reactions,
    ),
    access=ACCESS,
    # Partners keeps no case that could be changed. Of a case, its team sees what each agency received.
    cases=Cases(CASES.admission, NO_CASES.lock, FieldVisibility.seen_by(SEEN_BY)),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    agency_keys=caller,
    carries=lambda settings: (OLDEST_ENDING.holding(settings.oldest_ending),),
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

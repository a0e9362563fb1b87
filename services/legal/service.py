"""Legal, put together from its topics: the routes it serves and the events it follows. No logic.

A topic is a package, from `case` at the bottom to `case_file` at the top; `.importlinter` has the order.
"""

from services.legal.advice import routes as advice_routes
from services.legal.advice import rules as advice
from services.legal.case import rules as case
from services.legal.case.events import FOLLOWED
from services.legal.case.models import CASES
from services.legal.case_file import routes as case_file_routes
from services.legal.case_file import rules as case_file
from services.legal.case_file.actions import copy_of, erase
from services.legal.case_file.schemas import LegalCopy
from services.legal.deadline import routes as deadline_routes
from services.legal.deadline import rules as deadline
from services.legal.events import EMITS, READS
from services.legal.identification import actions as identification_actions
from services.legal.limitation import actions as limitation_actions
from services.legal.matter import routes as matter_routes
from services.legal.matter import rules as matter
from services.legal.migrations import MIGRATIONS
from services.legal.note import routes as note_routes
from services.legal.note import rules as note
from services.legal.reconsideration import routes as reconsideration_routes
from services.legal.reconsideration import rules as reconsideration
from shared import deadlines, operate
from shared.access.permissions import FieldVisibility
from shared.http import Cases, with_routes
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts

_ACCESS = (advice, deadline, matter, note, reconsideration, case_file)


@with_routes(case_file_routes, advice_routes, matter_routes, reconsideration_routes, note_routes, deadline_routes)
class Legal(operate.Operated):
    """Advice, limitation clocks, compensation, reconsideration."""

    name = "legal"
    copying = Copying(copy_of, CASES.team, view=LegalCopy)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS,
        READS,
        CASES,
        erase,
        projections=(*limitation_actions.PROJECTIONS, *identification_actions.PROJECTIONS),
        reactions=(*limitation_actions.REACTIONS, *identification_actions.REACTIONS),
    ),
    access={**operate.ACCESS, **{action: needs for topic in _ACCESS for action, needs in topic.ACCESS.items()}},
    cases=Cases(CASES.admission, CASES.lock, FieldVisibility.seen_by(case.SEEN_BY), operate.copies.RIGHTS),
    on_timer={**deadlines.timer_handlers(CASES.lock), **operate.ON_TIMER},
    erasing=erasure.Erasing(erase, erasure.acknowledge),
)
SERVICE = Legal

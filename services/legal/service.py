"""Legal, put together from its topics: the routes it serves and the events it follows. No logic.

A topic is a package, from `case` at the bottom to `timeline` at the top; `.importlinter` has the order.
"""

from services.legal.advice import routes as advice_routes
from services.legal.advice import rules as advice
from services.legal.award import routes as award_routes
from services.legal.award import rules as award
from services.legal.birth import actions as birth_actions
from services.legal.brief_advice import routes as brief_advice_routes
from services.legal.brief_advice import rules as brief_advice
from services.legal.calendar import routes as calendar_routes
from services.legal.calendar import rules as calendar
from services.legal.case import rules as case
from services.legal.case.events import FOLLOWED
from services.legal.case.models import CASES
from services.legal.case_file import routes as case_file_routes
from services.legal.case_file import rules as case_file
from services.legal.case_file.actions import copy_of, erase, hidden_acts
from services.legal.case_file.schemas import LegalCopy
from services.legal.conflict import actions as conflict_actions
from services.legal.conflict import routes as conflict_routes
from services.legal.conflict import rules as conflict
from services.legal.deadline import routes as deadline_routes
from services.legal.deadline import rules as deadline
from services.legal.deadline.actions import KEEPING, take_over_birth
from services.legal.events import EMITS, READS
from services.legal.fact import routes as fact_routes
from services.legal.fact import rules as fact
from services.legal.heard_fact import actions as heard_fact_actions
from services.legal.hearing import routes as hearing_routes
from services.legal.identification import actions as identification_actions
from services.legal.matter import routes as matter_routes
from services.legal.matter import rules as matter
from services.legal.matter_file import routes as matter_file_routes
from services.legal.matter_file import rules as matter_file
from services.legal.matter_file.actions import ON_TIMER as ON_BARRIER_TIMER
from services.legal.migrations import MIGRATIONS
from services.legal.note import routes as note_routes
from services.legal.note import rules as note
from services.legal.outcome import routes as outcome_routes
from services.legal.outcome import rules as outcome
from services.legal.proceeding import routes as proceeding_routes
from services.legal.protection import routes as protection_routes
from services.legal.reconsideration import routes as reconsideration_routes
from services.legal.reconsideration import rules as reconsideration
from services.legal.remedy import routes as remedy_routes
from services.legal.remedy import rules as remedy
from services.legal.right import routes as right_routes
from services.legal.right import rules as right
from services.legal.timeline import routes as timeline_routes
from shared import deadlines, operate
from shared.access.permissions import FieldVisibility
from shared.casework import danger, registers
from shared.casework.inquiries import Inquirer, Inquiring
from shared.http import Cases, with_routes
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts

_ACCESS = (
    advice,
    award,
    brief_advice,
    calendar,
    conflict,
    deadline,
    fact,
    matter,
    matter_file,
    note,
    outcome,
    reconsideration,
    remedy,
    right,
    case_file,
)


#: A hold keeps a case for proceedings: those who conduct them go on with all of it.
_UNDER_HOLD = frozenset(action for topic in _ACCESS for action in topic.ACCESS)

_BIRTHS = Inquiring(
    birth_actions.INQUIRY, birth_actions.SOURCE, birth_actions.ADDRESS, lock=CASES.lock, answered=take_over_birth
)


@with_routes(
    case_file_routes,
    timeline_routes,
    advice_routes,
    brief_advice_routes,
    fact_routes,
    matter_routes,
    reconsideration_routes,
    note_routes,
    deadline_routes,
    right_routes,
    award_routes,
    remedy_routes,
    matter_file_routes,
    conflict_routes,
    proceeding_routes,
    hearing_routes,
    protection_routes,
    calendar_routes,
    outcome_routes,
)
class Legal(operate.Operated):
    """Advice, limitation clocks, compensation, reconsideration."""

    name = "legal"
    copying = Copying(copy_of, CASES.team, view=LegalCopy, hidden_acts=hidden_acts)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS,
        READS,
        CASES,
        erase,
        projections=(
            registers.AGENCIES.projection,
            *heard_fact_actions.PROJECTIONS,
            *identification_actions.PROJECTIONS,
        ),
        reactions=(*heard_fact_actions.REACTIONS, *birth_actions.REACTIONS),
    ),
    access={**operate.ACCESS, **{action: needs for topic in _ACCESS for action, needs in topic.ACCESS.items()}},
    cases=Cases(
        CASES.admission,
        CASES.lock,
        FieldVisibility.seen_by(case.SEEN_BY),
        operate.copies.RIGHTS,
        _UNDER_HOLD,
        arrive=True,
        granted=CASES.granted,
    ),
    on_timer={**deadlines.timer_handlers(KEEPING), **conflict_actions.ON_TIMER, **ON_BARRIER_TIMER, **operate.ON_TIMER},
    erasing=erasure.Erasing(erase, erasure.acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "legal", MIGRATIONS),),
    loops=(lambda database, emits, feeds: Inquirer(database, emits, feeds, _BIRTHS),),
)
SERVICE = Legal

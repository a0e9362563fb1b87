"""The support service: its routes and events, collected from its topics. No logic.

A topic is a package, from `case` at the bottom to `timeline` at the top; `.importlinter` has the order.
"""

from services.support.aim import routes as aim_routes
from services.support.aim import rules as aim
from services.support.alert import actions as alert_actions
from services.support.alert import routes as alert_routes
from services.support.alert import rules as alert
from services.support.assessment import routes as assessment_routes
from services.support.assessment import rules as assessment
from services.support.attendance import routes as attendance_routes
from services.support.attendance import rules as attendance
from services.support.case import rules as case
from services.support.case.events import FOLLOWED
from services.support.case.models import CASES
from services.support.case_file import routes as case_file_routes
from services.support.case_file import rules as case_file
from services.support.case_file.actions import copy_of
from services.support.case_file.schemas import SupportCopy
from services.support.counselling import routes as counselling_routes
from services.support.counselling import rules as counselling
from services.support.delivery import actions as delivery_actions
from services.support.delivery import routes as delivery_routes
from services.support.delivery import rules as delivery
from services.support.dependant import routes as dependant_routes
from services.support.dependant import rules as dependant
from services.support.entitlement import routes as entitlement_routes
from services.support.entitlement import rules as entitlement
from services.support.events import EMITS, READS
from services.support.goal import routes as goal_routes
from services.support.goal import rules as goal
from services.support.measure import routes as measure_routes
from services.support.measure import rules as measure
from services.support.measure.actions import INSTRUMENTS
from services.support.migrations import MIGRATIONS
from services.support.missing import actions as missing_actions
from services.support.missing import routes as missing_routes
from services.support.missing import rules as missing
from services.support.move_on import routes as move_on_routes
from services.support.move_on import rules as move_on
from services.support.note import routes as note_routes
from services.support.note import rules as note
from services.support.person import actions as person_actions
from services.support.placement import routes as placement_routes
from services.support.placement import rules as placement
from services.support.plan import routes as plan_routes
from services.support.plan import rules as plan
from services.support.practical_help import routes as practical_help_routes
from services.support.practical_help import rules as practical_help
from services.support.provider import routes as provider_routes
from services.support.provider import rules as provider
from services.support.recovery import actions as recovery_actions
from services.support.safety import routes as safety_routes
from services.support.safety import rules as safety
from services.support.timeline import routes as timeline_routes
from services.support.waiting import routes as waiting_routes
from services.support.waiting import rules as waiting
from services.support.workload import routes as workload_routes
from services.support.workload import rules as workload
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.casework import danger, registers
from shared.http import Cases, with_routes
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts

_ACCESS = (
    delivery,
    assessment,
    measure,
    safety,
    goal,
    missing,
    move_on,
    plan,
    counselling,
    aim,
    note,
    alert,
    provider,
    attendance,
    dependant,
    entitlement,
    placement,
    practical_help,
    waiting,
    workload,
    case_file,
)
_WHILE_RESTRICTED = operate.copies.RIGHTS | alert.WHILE_RESTRICTED | missing.WHILE_RESTRICTED


@with_routes(
    case_file_routes,
    timeline_routes,
    delivery_routes,
    assessment_routes,
    measure_routes,
    safety_routes,
    goal_routes,
    missing_routes,
    move_on_routes,
    plan_routes,
    counselling_routes,
    aim_routes,
    note_routes,
    alert_routes,
    provider_routes,
    attendance_routes,
    dependant_routes,
    entitlement_routes,
    placement_routes,
    practical_help_routes,
    waiting_routes,
    workload_routes,
)
class Support(operate.Operated):
    """Support from the first contact on: urgent needs, services, assessments, plans and counselling."""

    name = "support"
    copying = Copying(copy_of, CASES.team, view=SupportCopy)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS,
        READS,
        CASES,
        CASES.erase,
        projections=(
            registers.AGENCIES.projection,
            *recovery_actions.PROJECTIONS,
            *person_actions.PROJECTIONS,
        ),
        reactions=(
            *delivery_actions.REACTIONS,
            *alert_actions.REACTIONS,
            *recovery_actions.REACTIONS,
            *missing_actions.REACTIONS,
        ),
    ),
    access={**operate.ACCESS, **{action: needs for topic in _ACCESS for action, needs in topic.ACCESS.items()}},
    cases=Cases(
        CASES.admission,
        CASES.lock,
        FieldVisibility.seen_by(case.SEEN_BY),
        _WHILE_RESTRICTED,
        arrive=True,
        granted=CASES.granted,
    ),
    on_timer={**alert_actions.ON_TIMER, **missing_actions.ON_TIMER, **operate.ON_TIMER},
    carries=lambda settings: (
        INSTRUMENTS.holding(settings.instruments),
        danger.holding(settings.dangers, "support", MIGRATIONS),
    ),
    marks=alert_actions.marks,
    erasing=erasure.Erasing(CASES.erase, erasure.acknowledge),
    measures=alert_actions.MEASURES,
)
SERVICE = Support

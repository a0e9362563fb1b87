"""The support service: its routes and events, collected from its topics. No logic.

`TOPICS` is the order of the topics, from `timeline` at the top to `case` at the bottom.
"""

from typing import Final

from services import FOLLOWS
from services.support.aim.topic import TOPIC as AIM
from services.support.alert.actions import marks
from services.support.alert.rules import WHILE_RESTRICTED as OF_ALERTS
from services.support.alert.topic import TOPIC as ALERT
from services.support.assessment.topic import TOPIC as ASSESSMENT
from services.support.attendance.topic import TOPIC as ATTENDANCE
from services.support.case.events import FOLLOWED
from services.support.case.models import CASES
from services.support.case.rules import SEEN_BY
from services.support.case.topic import TOPIC as CASE
from services.support.case_file.actions import copy_of
from services.support.case_file.schemas import SupportCopy
from services.support.case_file.topic import TOPIC as CASE_FILE
from services.support.counselling.topic import TOPIC as COUNSELLING
from services.support.delivery.topic import TOPIC as DELIVERY
from services.support.dependant.topic import TOPIC as DEPENDANT
from services.support.entitlement.topic import TOPIC as ENTITLEMENT
from services.support.goal.topic import TOPIC as GOAL
from services.support.measure.actions import INSTRUMENTS
from services.support.measure.topic import TOPIC as MEASURE
from services.support.migrations import MIGRATIONS
from services.support.missing.rules import WHILE_RESTRICTED as OF_ABSENCES
from services.support.missing.topic import TOPIC as MISSING
from services.support.move_on.topic import TOPIC as MOVE_ON
from services.support.note.topic import TOPIC as NOTE
from services.support.person.topic import TOPIC as PERSON
from services.support.placement.topic import TOPIC as PLACEMENT
from services.support.plan.topic import TOPIC as PLAN
from services.support.practical_help.topic import TOPIC as PRACTICAL_HELP
from services.support.provider.topic import TOPIC as PROVIDER
from services.support.recovery.topic import TOPIC as RECOVERY
from services.support.safety.topic import TOPIC as SAFETY
from services.support.task.topic import TOPIC as TASK
from services.support.timeline.topic import TOPIC as TIMELINE
from services.support.waiting.topic import TOPIC as WAITING
from services.support.workload.topic import TOPIC as WORKLOAD
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.casework import danger
from shared.events.contract import Emits, Reads
from shared.http import Cases
from shared.privacy import erasure
from shared.privacy.copies import Copying
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    (TIMELINE,),
    (CASE_FILE,),
    (WORKLOAD,),
    (MEASURE,),
    (MOVE_ON,),
    (MISSING,),
    (ASSESSMENT,),
    (ATTENDANCE, AIM, PROVIDER),
    (
        ALERT,
        COUNSELLING,
        DELIVERY,
        DEPENDANT,
        ENTITLEMENT,
        GOAL,
        NOTE,
        PLACEMENT,
        PLAN,
        PRACTICAL_HELP,
        RECOVERY,
        WAITING,
    ),
    (SAFETY,),
    (TASK, PERSON),
    (CASE,),
)
EMITS: Final = Emits("support", *TOPICS.events)
READS: Final = Reads(*TOPICS.reads, follows=FOLLOWS["support"])


@TOPICS.serve
class Support(operate.Operated):
    """Support from the first contact on: urgent needs, services, assessments, plans and counselling."""

    name = "support"
    copying = Copying(copy_of, CASES.team, view=SupportCopy)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=FOLLOWED.following(
        EMITS, READS, CASES, CASES.erase, projections=TOPICS.projections, reactions=TOPICS.reactions
    ),
    access={**operate.ACCESS, **TOPICS.access},
    cases=Cases(
        CASES.admission,
        CASES.lock,
        FieldVisibility.seen_by(SEEN_BY),
        operate.copies.RIGHTS | OF_ALERTS | OF_ABSENCES,
        arrive=True,
        granted=CASES.granted,
    ),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    carries=lambda settings: (
        INSTRUMENTS.holding(settings.instruments),
        danger.holding(settings.dangers, "support", MIGRATIONS),
    ),
    marks=marks,
    erasing=erasure.Erasing(CASES.erase, erasure.acknowledge),
    measures=TOPICS.measures,
)
SERVICE = Support

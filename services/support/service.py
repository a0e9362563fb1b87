"""The support service: its routes and events, collected from its topics. No logic.

`TOPICS` has a floor for each group of topics (a folder): `overview` at the top, `cases` at the bottom. In a group, a
topic uses only those that follow it.
"""

from typing import Final

from services import FOLLOWS
from services.support.cases.case.events import FOLLOWED
from services.support.cases.case.models import CASES
from services.support.cases.case.rules import SEEN_BY
from services.support.cases.case.topic import TOPIC as CASE
from services.support.cases.note.topic import TOPIC as NOTE
from services.support.cases.safety.topic import TOPIC as SAFETY
from services.support.cases.task.topic import TOPIC as TASK
from services.support.counselling.aim.topic import TOPIC as AIM
from services.support.counselling.attendance.topic import TOPIC as ATTENDANCE
from services.support.counselling.counselling.topic import TOPIC as COUNSELLING
from services.support.counselling.measure.actions import INSTRUMENTS
from services.support.counselling.measure.topic import TOPIC as MEASURE
from services.support.help.delivery.topic import TOPIC as DELIVERY
from services.support.help.dependant.topic import TOPIC as DEPENDANT
from services.support.help.entitlement.topic import TOPIC as ENTITLEMENT
from services.support.help.placement.topic import TOPIC as PLACEMENT
from services.support.help.plan.topic import TOPIC as PLAN
from services.support.help.practical_help.topic import TOPIC as PRACTICAL_HELP
from services.support.help.provider.topic import TOPIC as PROVIDER
from services.support.migrations import MIGRATIONS
from services.support.overview.case_file.actions import copy_of
from services.support.overview.case_file.schemas import SupportCopy
from services.support.overview.case_file.topic import TOPIC as CASE_FILE
from services.support.overview.waiting.topic import TOPIC as WAITING
from services.support.overview.workload.topic import TOPIC as WORKLOAD
from services.support.risks.alert.actions import marks
from services.support.risks.alert.rules import WHILE_RESTRICTED as OF_ALERTS
from services.support.risks.alert.topic import TOPIC as ALERT
from services.support.risks.assessment.topic import TOPIC as ASSESSMENT
from services.support.risks.missing.rules import WHILE_RESTRICTED as OF_ABSENCES
from services.support.risks.missing.topic import TOPIC as MISSING
from services.support.risks.move_on.topic import TOPIC as MOVE_ON
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
    # overview
    (CASE_FILE, WORKLOAD, WAITING),
    # risks
    (MOVE_ON, MISSING, ASSESSMENT, ALERT),
    # counselling
    (MEASURE, ATTENDANCE, AIM, COUNSELLING),
    # help
    (PROVIDER, DEPENDANT, ENTITLEMENT, PLACEMENT, PLAN, PRACTICAL_HELP, DELIVERY),
    # cases
    (NOTE, SAFETY, TASK, CASE),
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

"""The events that support publishes and consumes, collected from its topics."""

from services import FOLLOWS
from services.support.alert import events as alert
from services.support.assessment import events as assessment
from services.support.case import events as case
from services.support.case_file import events as case_file
from services.support.counselling import events as counselling
from services.support.delivery import events as delivery
from services.support.missing import events as missing
from services.support.person import events as person
from services.support.plan import events as plan
from services.support.recovery import events as recovery
from services.support.task import events as task
from shared.casework import registers
from shared.events.contract import Emits, Reads

EMITS = Emits(
    "support",
    *delivery.EVENTS,
    *assessment.EVENTS,
    *plan.EVENTS,
    *counselling.EVENTS,
    *recovery.EVENTS,
    *alert.EVENTS,
    *missing.EVENTS,
    *task.EVENTS,
    *case_file.EVENTS,
)
READS = Reads(
    *registers.AGENCIES.reads,
    *case.READS,
    *recovery.READS,
    *alert.READS,
    *person.READS,
    follows=FOLLOWS["support"],
)

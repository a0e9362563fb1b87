"""The intake service, put together from its topics. No logic.

`TOPICS` has a floor for each group of topics (a folder): `cases` at the top, `facts` at the bottom. In a group, a topic
uses only those that follow it.
"""

from typing import Final

from services import FOLLOWS
from services.intake.access.erasure import rules as erasure
from services.intake.access.erasure.actions import acknowledge, erase
from services.intake.access.erasure.topic import TOPIC as ERASURE
from services.intake.access.merging.topic import TOPIC as MERGING
from services.intake.access.rights import rules as rights
from services.intake.access.rights.actions.access_requests import obstacle
from services.intake.access.rights.topic import TOPIC as RIGHTS
from services.intake.access.staff.topic import TOPIC as STAFF
from services.intake.access.staff_access import rules as staff_access
from services.intake.access.staff_access.actions import team_of
from services.intake.access.staff_access.topic import TOPIC as STAFF_ACCESS
from services.intake.agencies.consent import rules as consent
from services.intake.agencies.consent.topic import TOPIC as CONSENT
from services.intake.agencies.referral.topic import TOPIC as REFERRAL
from services.intake.agencies.report.topic import TOPIC as REPORT
from services.intake.cases.contact_request.topic import TOPIC as CONTACT_REQUEST
from services.intake.cases.due.topic import TOPIC as DUE
from services.intake.cases.lifecycle import rules as lifecycle
from services.intake.cases.lifecycle.actions.whole import copy_of, hidden_acts
from services.intake.cases.lifecycle.schemas import COPIED, CaseCopy
from services.intake.cases.lifecycle.topic import TOPIC as LIFECYCLE
from services.intake.cases.work.topic import TOPIC as WORK
from services.intake.facts.case import rules as case
from services.intake.facts.case.actions import admission, granted
from services.intake.facts.case.models import lock
from services.intake.facts.case.topic import TOPIC as CASE
from services.intake.facts.detection.topic import TOPIC as DETECTION
from services.intake.facts.fact.topic import TOPIC as FACT
from services.intake.facts.identity.topic import TOPIC as IDENTITY
from services.intake.facts.person.topic import TOPIC as PERSON
from services.intake.facts.safe_contact import rules as safe_contact
from services.intake.facts.safe_contact.topic import TOPIC as SAFE_CONTACT
from services.intake.migrations import MIGRATIONS
from services.intake.path.identification.topic import TOPIC as IDENTIFICATION
from services.intake.path.outreach.topic import TOPIC as OUTREACH
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.audit import notices
from shared.casework import danger
from shared.deadlines import adopt_every_case
from shared.events.contract import Emits, Reads
from shared.exchange.follower import Following
from shared.http import Cases
from shared.privacy.copies import Copying
from shared.privacy.erasure import Erasing
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    # cases
    (CONTACT_REQUEST, WORK, LIFECYCLE, DUE),
    # access
    (ERASURE, RIGHTS, STAFF, STAFF_ACCESS, MERGING),
    # path
    (OUTREACH, IDENTIFICATION),
    # agencies
    (REPORT, REFERRAL, CONSENT),
    # facts
    (
        IDENTITY,
        DETECTION,
        FACT,
        PERSON,
        SAFE_CONTACT,
        CASE,
    ),
)
EMITS: Final = Emits("intake", *TOPICS.events)
READS: Final = Reads(*TOPICS.reads, follows=FOLLOWS["intake"])
#: The actions that continue while a case is restricted: its rights, and the protection of the person.
_WHILE_RESTRICTED = frozenset().union(
    safe_contact.WHILE_RESTRICTED,
    consent.WHILE_RESTRICTED,
    staff_access.WHILE_RESTRICTED,
    rights.WHILE_RESTRICTED,
    erasure.WHILE_RESTRICTED,
)


@TOPICS.serve
class Intake(operate.Operated):
    """Contacts, detection, consent, the case and its team, and the official path with its clocks."""

    name = "intake"
    copying = Copying(copy_of, team_of, COPIED, obstacle=obstacle, view=CaseCopy, hidden_acts=hidden_acts)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following("intake", EMITS, READS, TOPICS.projections, TOPICS.reactions),
    access={**operate.ACCESS, **TOPICS.access},
    cases=Cases(
        admission,
        lock,
        FieldVisibility(case.SEEN_BY),
        _WHILE_RESTRICTED,
        erasure.UNDER_HOLD,
        obstacles=lifecycle.OBSTACLES,
        granted=granted,
    ),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    marks=notices.marks,
    erasing=Erasing(erase, acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "intake", MIGRATIONS),),
    expiring=TOPICS.expiring,
    measures=TOPICS.measures,
    on_release=(adopt_every_case,),
)
SERVICE = Intake

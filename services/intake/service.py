"""The intake service, put together from its topics. No logic.

`TOPICS` is the order of the topics, from `timeline` at the top to `case` at the bottom.
"""

from typing import Final

from services import FOLLOWS
from services.intake.absence.topic import TOPIC as ABSENCE
from services.intake.acceptance.topic import TOPIC as ACCEPTANCE
from services.intake.account.topic import TOPIC as ACCOUNT
from services.intake.age.topic import TOPIC as AGE
from services.intake.barrier.topic import TOPIC as BARRIER
from services.intake.case import rules as case
from services.intake.case.actions import admission, granted
from services.intake.case.models import lock
from services.intake.case.topic import TOPIC as CASE
from services.intake.case_number.topic import TOPIC as CASE_NUMBER
from services.intake.closing import rules as closing
from services.intake.closing.topic import TOPIC as CLOSING
from services.intake.confirmation.topic import TOPIC as CONFIRMATION
from services.intake.consent import rules as consent
from services.intake.consent.topic import TOPIC as CONSENT
from services.intake.contact_request.topic import TOPIC as CONTACT_REQUEST
from services.intake.correction.topic import TOPIC as CORRECTION
from services.intake.detection.topic import TOPIC as DETECTION
from services.intake.due.topic import TOPIC as DUE
from services.intake.erasure import rules as erasure
from services.intake.erasure.actions import acknowledge, erase
from services.intake.erasure.topic import TOPIC as ERASURE
from services.intake.fact.topic import TOPIC as FACT
from services.intake.former_details.topic import TOPIC as FORMER_DETAILS
from services.intake.identification.topic import TOPIC as IDENTIFICATION
from services.intake.identity.topic import TOPIC as IDENTITY
from services.intake.lifecycle.actions import copy_of, hidden_acts
from services.intake.lifecycle.schemas import COPIED, CaseCopy
from services.intake.lifecycle.topic import TOPIC as LIFECYCLE
from services.intake.merging.topic import TOPIC as MERGING
from services.intake.migrations import MIGRATIONS
from services.intake.notification.topic import TOPIC as NOTIFICATION
from services.intake.offer.topic import TOPIC as OFFER
from services.intake.opening.topic import TOPIC as OPENING
from services.intake.outreach.topic import TOPIC as OUTREACH
from services.intake.person.topic import TOPIC as PERSON
from services.intake.poster.topic import TOPIC as POSTER
from services.intake.queue.topic import TOPIC as QUEUE
from services.intake.referral.topic import TOPIC as REFERRAL
from services.intake.report.topic import TOPIC as REPORT
from services.intake.retention.topic import TOPIC as RETENTION
from services.intake.rights import rules as rights
from services.intake.rights.actions import obstacle
from services.intake.rights.topic import TOPIC as RIGHTS
from services.intake.safe_contact import rules as safe_contact
from services.intake.safe_contact.topic import TOPIC as SAFE_CONTACT
from services.intake.search.topic import TOPIC as SEARCH
from services.intake.self_check.topic import TOPIC as SELF_CHECK
from services.intake.sharing import rules as sharing
from services.intake.sharing.topic import TOPIC as SHARING
from services.intake.staff.topic import TOPIC as STAFF
from services.intake.staff_access import rules as staff_access
from services.intake.staff_access.actions import team_of
from services.intake.staff_access.topic import TOPIC as STAFF_ACCESS
from services.intake.summary.topic import TOPIC as SUMMARY
from services.intake.timeline.topic import TOPIC as TIMELINE
from services.intake.work.topic import TOPIC as WORK
from shared import operate
from shared.access.permissions import FieldVisibility
from shared.audit import notices
from shared.casework import danger
from shared.events.contract import Emits, Reads
from shared.exchange.follower import Following
from shared.http import Cases
from shared.privacy.copies import Copying
from shared.privacy.erasure import Erasing
from shared.runtime.process import ServiceParts
from shared.runtime.topics import Topics

TOPICS: Final = Topics(
    (TIMELINE,),
    (ACCEPTANCE, CONTACT_REQUEST),
    (LIFECYCLE,),
    (CONFIRMATION, QUEUE),
    (CLOSING, AGE),
    (WORK,),
    (DUE,),
    (ERASURE, RETENTION, OPENING),
    (RIGHTS,),
    (NOTIFICATION,),
    (POSTER,),
    (OUTREACH,),
    (CORRECTION,),
    (SEARCH,),
    (SUMMARY,),
    (STAFF, BARRIER),
    (OFFER,),
    (REPORT,),
    (IDENTIFICATION, STAFF_ACCESS),
    (MERGING,),
    (REFERRAL,),
    (SHARING,),
    (CONSENT,),
    (IDENTITY,),
    (DETECTION, FORMER_DETAILS),
    (FACT,),
    (PERSON, SAFE_CONTACT, ACCOUNT, SELF_CHECK, CASE_NUMBER),
    (ABSENCE,),
    (CASE,),
)
EMITS: Final = Emits("intake", *TOPICS.events)
READS: Final = Reads(*TOPICS.reads, follows=FOLLOWS["intake"])
#: What goes on while a case is restricted: its rights, and what protects the person.
_WHILE_RESTRICTED = frozenset().union(
    safe_contact.WHILE_RESTRICTED,
    sharing.WHILE_RESTRICTED,
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
        obstacles=closing.OBSTACLES,
        granted=granted,
    ),
    on_timer={**TOPICS.timers, **operate.ON_TIMER},
    marks=notices.marks,
    erasing=Erasing(erase, acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "intake", MIGRATIONS),),
    measures=TOPICS.measures,
)
SERVICE = Intake

"""The intake service, put together from its topics: the routes it serves and the events it follows. No logic.

A topic is a package, from `case` at the bottom to `timeline` at the top; `.importlinter` has the order.
"""

from services.intake import events
from services.intake.absence.actions import PROJECTIONS as ABSENCE_PROJECTIONS
from services.intake.acceptance import routes as acceptance_routes
from services.intake.acceptance import rules as acceptance
from services.intake.account import routes as account_routes
from services.intake.account import rules as account
from services.intake.age import routes as age_routes
from services.intake.age import rules as age
from services.intake.barrier.actions import PROJECTIONS as BARRIER_PROJECTIONS
from services.intake.barrier.actions import REACTIONS as BARRIER_REACTIONS
from services.intake.case import rules as case
from services.intake.case.actions import admission, granted
from services.intake.case.models import lock
from services.intake.case_number import routes as case_number_routes
from services.intake.case_number import rules as case_number
from services.intake.closing import routes as closing_routes
from services.intake.closing import rules as closing
from services.intake.confirmation import routes as confirmation_routes
from services.intake.confirmation import rules as confirmation
from services.intake.consent import routes as consent_routes
from services.intake.consent import rules as consent
from services.intake.contact_request import routes as contact_request_routes
from services.intake.contact_request import rules as contact_request
from services.intake.contact_request.actions import MEASURES as CONTACT_REQUEST_MEASURES
from services.intake.contact_request.actions import ON_TIMER as ON_CONTACT_REQUEST_TIMER
from services.intake.correction import routes as correction_routes
from services.intake.correction import rules as correction
from services.intake.detection import routes as detection_routes
from services.intake.detection import rules as detection
from services.intake.due import routes as due_routes
from services.intake.due import rules as due
from services.intake.due.actions import PROJECTIONS as DUE_PROJECTIONS
from services.intake.erasure import routes as erasure_routes
from services.intake.erasure import rules as erasure
from services.intake.erasure.actions import MEASURES as ERASURE_MEASURES
from services.intake.erasure.actions import ON_TIMER as ON_ERASURE_TIMER
from services.intake.erasure.actions import REACTIONS, acknowledge, erase
from services.intake.fact import routes as fact_routes
from services.intake.fact import rules as fact
from services.intake.fact.actions import KEEPING
from services.intake.fact.actions import PROJECTIONS as FACT_PROJECTIONS
from services.intake.fact.actions import REACTIONS as FACT_REACTIONS
from services.intake.former_details import routes as former_details_routes
from services.intake.former_details import rules as former_details
from services.intake.identification import routes as identification_routes
from services.intake.identification import rules as identification
from services.intake.identification.actions import PROJECTIONS as IDENTIFICATION_PROJECTIONS
from services.intake.identity import routes as identity_routes
from services.intake.identity import rules as identity
from services.intake.identity.actions import ON_TIMER as ON_IDENTITY_TIMER
from services.intake.lifecycle import routes as lifecycle_routes
from services.intake.lifecycle import rules as lifecycle
from services.intake.lifecycle.actions import copy_of, hidden_acts
from services.intake.lifecycle.schemas import COPIED, CaseCopy
from services.intake.merging import routes as merging_routes
from services.intake.merging import rules as merging
from services.intake.migrations import MIGRATIONS
from services.intake.notification import routes as notification_routes
from services.intake.notification import rules as notification
from services.intake.offer import actions as offer_actions
from services.intake.offer import routes as offer_routes
from services.intake.offer import rules as offer
from services.intake.opening import routes as opening_routes
from services.intake.opening import rules as opening
from services.intake.outreach import routes as outreach_routes
from services.intake.outreach import rules as outreach
from services.intake.person.actions import ON_TIMER as ON_PERSON_TIMER
from services.intake.poster import routes as poster_routes
from services.intake.queue import routes as queue_routes
from services.intake.queue import rules as queue
from services.intake.referral import routes as referral_routes
from services.intake.referral import rules as referral
from services.intake.referral.actions import MEASURES as REFERRAL_MEASURES
from services.intake.referral.actions import ON_TIMER as ON_REFERRAL_TIMER
from services.intake.referral.actions import REACTIONS as REFERRAL_REACTIONS
from services.intake.report import actions as report_actions
from services.intake.retention import routes as retention_routes
from services.intake.retention import rules as retention
from services.intake.rights import routes as rights_routes
from services.intake.rights import rules as rights
from services.intake.rights.actions import ON_TIMER as ON_RIGHTS_TIMER
from services.intake.rights.actions import obstacle
from services.intake.safe_contact import routes as safe_contact_routes
from services.intake.safe_contact import rules as safe_contact
from services.intake.search import routes as search_routes
from services.intake.self_check import routes as self_check_routes
from services.intake.sharing import routes as sharing_routes
from services.intake.sharing import rules as sharing
from services.intake.sharing.actions import ON_TIMER as ON_SHARING_TIMER
from services.intake.sharing.actions import PROJECTIONS as SHARING_PROJECTIONS
from services.intake.staff import routes as staff_routes
from services.intake.staff import rules as staff
from services.intake.staff.actions import ON_TIMER as ON_STAFF_TIMER
from services.intake.staff_access import routes as staff_access_routes
from services.intake.staff_access import rules as staff_access
from services.intake.staff_access.actions import ON_TIMER as ON_STAFF_ACCESS_TIMER
from services.intake.staff_access.actions import team_of
from services.intake.timeline import routes as timeline_routes
from services.intake.withdrawal import routes as withdrawal_routes
from services.intake.withdrawal import rules as withdrawal
from services.intake.work import routes as work_routes
from services.intake.work import rules as work
from services.intake.work.actions import PROJECTIONS as WORK_PROJECTIONS
from shared import deadlines, operate
from shared.access.permissions import FieldVisibility
from shared.audit import notices
from shared.casework import danger, registers
from shared.exchange.follower import Following
from shared.http import Cases, with_routes
from shared.privacy.copies import Copying
from shared.privacy.erasure import Erasing
from shared.runtime.process import ServiceParts

_TOPICS = (
    case,
    case_number,
    safe_contact,
    account,
    fact,
    detection,
    former_details,
    identity,
    merging,
    consent,
    sharing,
    referral,
    withdrawal,
    staff_access,
    staff,
    identification,
    correction,
    outreach,
    notification,
    rights,
    retention,
    opening,
    offer,
    acceptance,
    erasure,
    due,
    work,
    closing,
    age,
    confirmation,
    queue,
    lifecycle,
    contact_request,
)
_ACCESS = {action: needs for topic in _TOPICS for action, needs in topic.ACCESS.items()}
#: What goes on while a case is restricted: its rights, and what protects the person.
_WHILE_RESTRICTED = frozenset().union(
    safe_contact.WHILE_RESTRICTED,
    sharing.WHILE_RESTRICTED,
    withdrawal.WHILE_RESTRICTED,
    staff_access.WHILE_RESTRICTED,
    rights.WHILE_RESTRICTED,
    erasure.WHILE_RESTRICTED,
)


@with_routes(
    case_number_routes,
    safe_contact_routes,
    account_routes,
    self_check_routes,
    fact_routes,
    detection_routes,
    former_details_routes,
    identity_routes,
    search_routes,
    merging_routes,
    consent_routes,
    sharing_routes,
    referral_routes,
    withdrawal_routes,
    staff_access_routes,
    staff_routes,
    identification_routes,
    correction_routes,
    outreach_routes,
    poster_routes,
    notification_routes,
    rights_routes,
    retention_routes,
    opening_routes,
    offer_routes,
    acceptance_routes,
    erasure_routes,
    due_routes,
    work_routes,
    closing_routes,
    age_routes,
    confirmation_routes,
    queue_routes,
    lifecycle_routes,
    timeline_routes,
    contact_request_routes,
)
class Intake(operate.Operated):
    """Contacts, detection, consent, the case and its team, and the official path with its clocks."""

    name = "intake"
    copying = Copying(copy_of, team_of, COPIED, obstacle=obstacle, view=CaseCopy, hidden_acts=hidden_acts)


PARTS = ServiceParts(
    migrations=MIGRATIONS,
    following=Following(
        "intake",
        events.EMITS,
        events.READS,
        (
            registers.AGENCIES.projection,
            *FACT_PROJECTIONS,
            *IDENTIFICATION_PROJECTIONS,
            *DUE_PROJECTIONS,
            *WORK_PROJECTIONS,
            *SHARING_PROJECTIONS,
            *ABSENCE_PROJECTIONS,
            *BARRIER_PROJECTIONS,
        ),
        (
            *FACT_REACTIONS,
            *BARRIER_REACTIONS,
            *report_actions.REACTIONS,
            *offer_actions.REACTIONS,
            *REFERRAL_REACTIONS,
            *REACTIONS,
        ),
    ),
    access={**operate.ACCESS, **_ACCESS},
    cases=Cases(
        admission,
        lock,
        FieldVisibility(case.SEEN_BY),
        _WHILE_RESTRICTED,
        erasure.UNDER_HOLD,
        obstacles=closing.OBSTACLES,
        granted=granted,
    ),
    on_timer={
        **ON_PERSON_TIMER,
        **ON_IDENTITY_TIMER,
        **ON_REFERRAL_TIMER,
        **ON_SHARING_TIMER,
        **ON_STAFF_ACCESS_TIMER,
        **ON_STAFF_TIMER,
        **ON_RIGHTS_TIMER,
        **ON_ERASURE_TIMER,
        **ON_CONTACT_REQUEST_TIMER,
        **deadlines.timer_handlers(KEEPING),
        **operate.ON_TIMER,
    },
    marks=notices.marks,
    erasing=Erasing(erase, acknowledge),
    carries=lambda settings: (danger.holding(settings.dangers, "intake", MIGRATIONS),),
    measures=(*ERASURE_MEASURES, *REFERRAL_MEASURES, *CONTACT_REQUEST_MEASURES),
)
SERVICE = Intake

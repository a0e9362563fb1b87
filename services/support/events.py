"""The events that support publishes and consumes, collected from its topics."""

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
    ignores=(
        "intake.access.*",
        "intake.account.*",
        "intake.annotation.*",
        "intake.clock.*",
        "intake.consent.refused",
        "intake.consent.withdrawal_answered",
        "intake.contact.attempted",
        "intake.detection.*",
        "intake.details.*",
        "intake.disclosure.*",
        "intake.duty_to_notify.*",
        "intake.entry.*",
        "intake.erasure.*",
        "intake.fact.*",
        "intake.first_responder.*",
        # Support does not depend on a status. It only reads the decisions that a house asks for.
        "intake.identification.*",
        "intake.outreach.*",
        "intake.ring.*",
        "intake.person.*",
        "intake.record.*",
        "intake.referral.*",
        "intake.referral_in.*",
        "intake.report.*",
        "intake.service_progress.*",
        # Only intake stores how to contact the person. Staff look it up there before each contact.
        "intake.safe_contact.*",
        "intake.sharing.frozen",
        "intake.sharing.resumed",
        "intake.sharing.review_overdue",
        # Each member who joins or leaves has an event of their own.
        "intake.team.transferred",
        "legal.*",
        # `partners` decides what an agency may receive.
        "partners.agreement.*",
        "partners.erasure.*",
        "partners.position.*",
        "partners.referral.*",
        "partners.referral_in.*",
        "partners.service.*",
        "partners.subject.*",
        "partners.telling.*",
        "partners.withdrawal.*",
    ),
)

"""The events that intake emits, and those of legal and support that it reads, put together from the topics'."""

from services import FOLLOWS
from services.intake.absence import events as absence
from services.intake.account import events as account
from services.intake.barrier import events as barrier
from services.intake.case import events as case
from services.intake.closing import events as closing
from services.intake.consent import events as consent
from services.intake.contact_request import events as contact_request
from services.intake.detection import events as detection
from services.intake.due import events as due
from services.intake.erasure import events as erasure
from services.intake.fact import events as fact
from services.intake.former_details import events as former_details
from services.intake.identification import events as identification
from services.intake.lifecycle import events as lifecycle
from services.intake.merging import events as merging
from services.intake.notification import events as notification
from services.intake.offer import events as offer
from services.intake.outreach import events as outreach
from services.intake.person import events as person
from services.intake.referral import events as referral
from services.intake.report import events as report
from services.intake.rights import events as rights
from services.intake.safe_contact import events as safe_contact
from services.intake.sharing import events as sharing
from services.intake.staff import events as staff
from services.intake.staff_access import events as staff_access
from services.intake.withdrawal import events as withdrawal
from shared.casework import corrections, registers
from shared.events.contract import Emits, Reads

EMITS = Emits(
    "intake",
    *outreach.EVENTS,
    *lifecycle.EVENTS,
    *closing.EVENTS,
    *case.EVENTS,
    *merging.EVENTS,
    *staff_access.EVENTS,
    *staff.EVENTS,
    *detection.EVENTS,
    *fact.EVENTS,
    *consent.EVENTS,
    *withdrawal.EVENTS,
    *identification.EVENTS,
    *account.EVENTS,
    *safe_contact.EVENTS,
    *person.EVENTS,
    *former_details.EVENTS,
    *notification.EVENTS,
    *referral.EVENTS,
    *report.EVENTS,
    *offer.EVENTS,
    *erasure.EVENTS,
    *rights.EVENTS,
    *sharing.EVENTS,
    *absence.EVENTS,
    *contact_request.EVENTS,
    corrections.CORRECTED,
)
READS = Reads(
    *registers.AGENCIES.reads,
    *fact.READS,
    *identification.READS,
    *due.READS,
    *erasure.READS,
    *sharing.READS,
    *absence.READS,
    *barrier.READS,
    *report.READS,
    *offer.READS,
    follows=FOLLOWS["intake"],
)

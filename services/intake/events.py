"""The events that intake emits, and those of legal and support that it reads, put together from the topics'."""

from services.intake.account import events as account
from services.intake.consent import events as consent
from services.intake.detection import events as detection
from services.intake.erasure import events as erasure
from services.intake.identification import events as identification
from services.intake.lifecycle import events as lifecycle
from services.intake.notification import events as notification
from services.intake.outreach import events as outreach
from services.intake.person import events as person
from services.intake.referral import events as referral
from services.intake.rights import events as rights
from services.intake.safe_contact import events as safe_contact
from services.intake.sharing import events as sharing
from services.intake.staff_access import events as staff_access
from services.intake.withdrawal import events as withdrawal
from services.intake.work import events as work
from shared.events.contract import Emits, Reads

EMITS = Emits(
    "intake",
    *outreach.EVENTS,
    *lifecycle.EVENTS,
    *staff_access.EVENTS,
    *detection.EVENTS,
    *consent.EVENTS,
    *withdrawal.EVENTS,
    *identification.EVENTS,
    *account.EVENTS,
    *safe_contact.EVENTS,
    *person.EVENTS,
    *notification.EVENTS,
    *referral.EVENTS,
    *erasure.EVENTS,
    *rights.EVENTS,
    *sharing.EVENTS,
)
READS = Reads(
    *identification.READS,
    *work.READS,
    *erasure.READS,
    ignores=(
        "legal.clock.*",
        "legal.compensation.*",
        "legal.matter.*",
        "legal.reconsideration.*",
        "support.alert.*",
        "support.counselling.*",
        "support.plan.*",
        "support.recovery.*",
        "support.service.*",
        "support.urgent_need.*",
    ),
)

"""The events that legal emits, and those of intake that it reads, put together from the topics'."""

from services.legal.advice import events as advice
from services.legal.case import events as case
from services.legal.case_file import events as case_file
from services.legal.deadline import events as deadline
from services.legal.identification import events as identification
from services.legal.limitation import events as limitation
from services.legal.matter import events as matter
from services.legal.reconsideration import events as reconsideration
from shared.events.contract import Emits, Reads

EMITS = Emits("legal", *advice.EVENTS, *deadline.EVENTS, *matter.EVENTS, *reconsideration.EVENTS, *case_file.EVENTS)
READS = Reads(
    *case.READS,
    *limitation.READS,
    *identification.READS,
    ignores=(
        "intake.access.*",
        "intake.account.*",
        "intake.annotation.*",
        "intake.clock.*",
        "intake.consent.*",
        "intake.danger.*",
        "intake.disclosure.*",
        "intake.duty_to_notify.*",
        "intake.entry.*",
        "intake.erasure.*",
        "intake.first_responder.*",
        "intake.outreach.*",
        "intake.person.*",
        "intake.referral.*",
        "intake.referral_in.*",
        # How the person is reached is kept nowhere but at intake, and asked there before each contact.
        "intake.safe_contact.*",
        "intake.sharing.*",
        "support.*",
    ),
)

"""The events that legal emits, and those of intake that it reads, put together from the topics'."""

from services.legal.advice import events as advice
from services.legal.award import events as award
from services.legal.case import events as case
from services.legal.case_file import events as case_file
from services.legal.conflict import events as conflict
from services.legal.deadline import events as deadline
from services.legal.fact import events as fact
from services.legal.heard_fact import events as heard_fact
from services.legal.hearing import events as hearing
from services.legal.matter import events as matter
from services.legal.matter_file import events as matter_file
from services.legal.matter_task import events as matter_task
from services.legal.reconsideration import events as reconsideration
from shared.casework import danger, registers
from shared.events.contract import Emits, Reads

EMITS = Emits(
    "legal",
    *advice.EVENTS,
    *award.EVENTS,
    *conflict.EVENTS,
    *deadline.EVENTS,
    *fact.EVENTS,
    *matter.EVENTS,
    *matter_file.EVENTS,
    *matter_task.EVENTS,
    *hearing.EVENTS,
    *reconsideration.EVENTS,
    *case_file.EVENTS,
    *danger.EVENTS,
)
READS = Reads(
    *registers.AGENCIES.reads,
    *case.READS,
    *heard_fact.READS,
    ignores=(
        "intake.access.*",
        "intake.account.*",
        "intake.annotation.*",
        "intake.clock.*",
        "intake.consent.refused",
        "intake.consent.withdrawal_answered",
        "intake.contact.attempted",
        "intake.danger.*",
        "intake.details.*",
        "intake.disclosure.*",
        "intake.duty_to_notify.*",
        "intake.entry.*",
        "intake.erasure.*",
        "intake.first_responder.*",
        "intake.outreach.*",
        "intake.ring.*",
        "intake.person.*",
        "intake.record.corrected",
        "intake.referral.*",
        "intake.referral_in.*",
        "intake.report.*",
        "intake.service_progress.*",
        # How the person is reached is kept nowhere but at intake, and asked there before each contact.
        "intake.safe_contact.*",
        "intake.sharing.frozen",
        "intake.sharing.resumed",
        "intake.sharing.review_overdue",
        # Each member that joins or leaves is told beside it.
        "intake.team.transferred",
        # What may go to an agency is decided where it goes out.
        "partners.agreement.*",
        "partners.erasure.*",
        "partners.position.*",
        "partners.referral.*",
        "partners.referral_in.*",
        "partners.service.*",
        "partners.subject.*",
        "partners.telling.*",
        "partners.withdrawal.*",
        "support.*",
    ),
)

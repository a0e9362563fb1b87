"""A case as a whole: opened, closed and reopened, as its readers see it, and the person's copy of it."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from services.intake.account.schemas import ACCOUNTS
from services.intake.case import schemas as case
from services.intake.consent.schemas import CONSENTS
from services.intake.detection.schemas import DETECTIONS
from services.intake.identification.schemas import CLOCKS, ENTRY_DECISIONS, FIRST_RESPONDERS, IDENTIFICATION
from services.intake.identity.schemas import PERSON
from services.intake.merging.schemas import LINKS, MERGES
from services.intake.notification.schemas import NOTIFICATIONS
from services.intake.referral.schemas import PACKAGES, REFERRALS, REFERRALS_IN
from services.intake.rights.schemas import ANNOTATIONS, CORRECTIONS, DISCLOSURES
from services.intake.safe_contact.schemas import CONTACT_ATTEMPTS
from services.intake.sharing.schemas import SHARINGS
from services.intake.staff_access.schemas import EXCLUSIONS, TEAM
from services.intake.withdrawal.schemas import WITHDRAWAL_ANSWERS
from services.intake.work.schemas import OVERALL_RISK
from shared.access.declarations import ID, VERSION, declare, or_null
from shared.access.permissions import FieldClass
from shared.access.views import CaseView, View
from shared.events.contract import Code, Codes
from shared.http import Command, optional, required
from shared.reference import codes

URGENT_NEEDS = declare(Codes(codes("service_type")), FieldClass.HEALTH, "What the person needs at once.")
REOPENING_REASON = declare(Code(codes("reopening_reason")), FieldClass.STATISTICS, "Why it is opened again.")


class OpenCase(Command):
    """A contact opens."""

    jurisdiction: str = required(case.JURISDICTION)
    source: str = required(case.SOURCE)
    channel: str = required(case.CHANNEL)
    language: str = required(case.LANGUAGE)
    anonymous: bool = required(case.ANONYMOUS)
    age: str = optional(case.AGE, default="unknown")
    outreach_session: UUID | None = optional(case.OUTREACH_SESSION, default=None)
    opened_on: date | None = optional(case.OPENED_ON, default=None)
    urgent_needs: list[str] = optional(URGENT_NEEDS, default_factory=list)


class CloseCase(Command):
    """A case is closed."""

    reason: str = required(case.CLOSURE_REASON)
    closed_on: date | None = optional(case.CLOSED_ON, default=None)


class ReopenCase(Command):
    """A closed case is opened again."""

    reason: str = required(REOPENING_REASON)
    reopened_on: date | None = optional(case.REOPENED_ON, default=None)


class ChangedCase(View):
    """Whether a case is open now."""

    id = ID
    status = case.STATUS


class CaseContents(CaseView):
    """What both its readers and the person's copy see of a case: its path, its team, its clocks."""

    id = ID
    version = VERSION
    jurisdiction = case.JURISDICTION
    status = case.STATUS
    source = case.SOURCE
    channel = case.CHANNEL
    language = case.LANGUAGE
    anonymous = case.ANONYMOUS
    age = case.AGE
    outreach_session = case.OUTREACH_SESSION
    opened_on = case.OPENED_ON
    closed_on = or_null(case.CLOSED_ON)
    closure_reason = or_null(case.CLOSURE_REASON)
    reopened_on = or_null(case.REOPENED_ON)
    team = TEAM
    exclusions = EXCLUSIONS
    detections = DETECTIONS
    accounts = ACCOUNTS
    consents = CONSENTS
    withdrawal_answers = WITHDRAWAL_ANSWERS
    sharings = SHARINGS
    referrals_in = REFERRALS_IN
    referrals = REFERRALS
    entry_decisions = ENTRY_DECISIONS
    identification = IDENTIFICATION
    first_responders = FIRST_RESPONDERS
    clocks = CLOCKS
    notifications = NOTIFICATIONS
    annotations = ANNOTATIONS
    corrections = CORRECTIONS
    overall_risk = OVERALL_RISK


class CaseFile(CaseContents):
    """A case as its readers see it, with the other cases of the same person that they may see too."""

    links = LINKS
    merges = MERGES


class CaseCopy(CaseContents):
    """What intake hands over when the person asks for a copy."""

    person = PERSON
    contact_attempts = CONTACT_ATTEMPTS
    packages = PACKAGES
    disclosures = DISCLOSURES


#: Of which class of records the case's own fields are; those of a part stand with the part.
COPIED: Final[Mapping[str, tuple[str, ...]]] = {
    "contact": ("jurisdiction", "status", "source", "channel", "language", "anonymous", "age", "opened_on"),
}

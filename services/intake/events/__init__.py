"""The events that intake emits, and those of legal and support that it reads."""

from marshmallow import Schema

from services.intake.events.accounts import ACCOUNTS
from services.intake.events.alerts import ALERTS
from services.intake.events.consents import CONSENTS
from services.intake.events.contacts import CONTACTS
from services.intake.events.identification import IDENTIFICATION
from services.intake.events.notifying import NOTIFYING
from services.intake.events.outreach import OUTREACH
from services.intake.events.persons import PERSONS
from services.intake.events.referrals import REFERRALS
from services.intake.events.rights import RIGHTS
from services.intake.events.sharing import SHARING
from shared.access import revocations, staff_access
from shared.deadlines import EVENTS as CLOCK_EVENTS
from shared.events.contract import Code, Codes, Day, Emits, EventType, Flag, PartialDay, Read, Reads, Reference
from shared.privacy import erasure
from shared.reference import JURISDICTIONS, codes


class ContactOpened(Schema):
    """Someone is in contact; the case begins here, whatever becomes of it."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    source = Code(codes("referral_source"), required=True)
    channel = Code(codes("contact_channel"), required=True)
    language = Code(codes("language"), required=True)
    anonymous = Flag(required=True)
    age = Code(codes("age"), required=True)
    opened_on = Day(required=True)
    urgent_needs = Codes(codes("service_type"), required=True)


class TeamMemberAdded(Schema):
    """A member of staff works on the case from now on."""

    member = Reference(required=True)
    role = Code(codes("staff_role"), required=True)
    lead = Flag(required=True)


class TeamMemberRemoved(Schema):
    """A member of staff may not see the case any more."""

    member = Reference(required=True)


class DetectionRecorded(Schema):
    """Signs of exploitation were seen."""

    detection = Reference()
    jurisdiction = Code(JURISDICTIONS, required=True)
    indicators = Codes(codes("ilo_forced_labour_indicator"), required=True)
    strength = Code(("none", "weak", "medium", "strong"), required=True)
    exploitation_types = Codes(codes("exploitation_type"), required=True)
    means_of_control = Codes(codes("means_of_control"), required=True)
    sectors = Codes(codes("labour_industry"), required=True)
    detector = Code(codes("referral_source"), required=True)
    earliest_incident_on = PartialDay(required=True, allow_none=True)
    work_ended_on = PartialDay(required=True, allow_none=True)
    detected_on = Day(required=True)


class ConsentGranted(Schema):
    """The person agreed that an agency hears certain things for certain purposes, until a day."""

    consent = Reference(required=True)
    agency = Code(required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    data_categories = Codes(codes("data_category"), required=True)
    language = Code(codes("language"), required=True)
    granted_on = Day(required=True)
    expires_on = Day(required=True)


class ConsentWithdrawn(Schema):
    """The person took a consent back; every holder stops, and deletes where asked."""

    consent = Reference(required=True)
    agency = Code(required=True)
    purposes = Codes(codes("consent_purpose"), required=True)
    erase_requested = Flag(required=True)
    withdrawn_on = Day(required=True)


class EntryDecided(Schema):
    """The person decided whether to enter the official mechanism; advice before it is told, never a condition."""

    decision = Code(codes("entry_decision"), required=True)
    advice = Code(codes("advice_status"), required=True)
    advised_before = Flag(required=True)
    decided_on = Day(required=True)


class CaseClosed(Schema):
    """The case was closed; help may go on."""

    reason = Code(codes("closure_reason"), required=True)
    closed_on = Day(required=True)


class CaseReopened(Schema):
    """The case was opened again."""

    reason = Code(codes("reopening_reason"), required=True)
    reopened_on = Day(required=True)


EMITS = Emits(
    "intake",
    *OUTREACH,
    EventType("contact.opened", ContactOpened, "contact", "A contact opened, and with it a case."),
    EventType("team.member_added", TeamMemberAdded, "team", "A member of staff joined the case's team."),
    EventType("team.member_removed", TeamMemberRemoved, "team", "A member of staff left the team.", protects=True),
    EventType("detection.recorded", DetectionRecorded, "detection", "Signs of exploitation were recorded."),
    EventType("consent.granted", ConsentGranted, "consent", "The person consented to sharing."),
    EventType("consent.withdrawn", ConsentWithdrawn, "consent", "The person withdrew a consent.", protects=True),
    EventType("entry.decided", EntryDecided, "entry", "The person decided about the official mechanism."),
    *IDENTIFICATION,
    *CLOCK_EVENTS,
    revocations.EVENT,
    *staff_access.EVENTS,
    *ACCOUNTS,
    *ALERTS,
    *CONSENTS,
    *CONTACTS,
    *PERSONS,
    *NOTIFYING,
    *REFERRALS,
    erasure.ORDERED,
    erasure.COMPLETED,
    *RIGHTS,
    *SHARING,
    EventType("case.closed", CaseClosed, "closing", "The case was closed."),
    EventType("case.reopened", CaseReopened, "closing", "The case was opened again."),
)


class AdviceRecorded(Schema):
    """Of legal's advice, intake needs to know only that there was some, and when."""

    phase = Code(required=True)
    status = Code(required=True)


class AssessmentCompleted(Schema):
    """Of support's assessment, intake needs the overall risk, to order its work."""

    overall_risk = Code(required=True)


READS = Reads(
    Read("legal.advice.recorded", AdviceRecorded),
    Read("support.assessment.completed", AssessmentCompleted),
    erasure.answer_of("legal"),
    erasure.answer_of("support"),
    ignores=(
        *(f"legal.{event.name}" for event in CLOCK_EVENTS),
        "legal.matter.opened",
        "legal.compensation.applied",
        "legal.compensation.decided",
        "legal.compensation.paid",
        "legal.reconsideration.requested",
        "support.urgent_need.noted",
        "support.service.delivered",
        "support.plan.agreed",
        "support.counselling.started",
        "support.counselling.ended",
        "support.recovery.supported",
        "support.alert.raised",
        "support.alert.escalated",
        "support.alert.acknowledged",
    ),
)

"""The events that legal emits, and those of intake and support that it reads."""

from marshmallow import Schema

from services.legal import schemas
from shared.access import break_glass, case_restrictions, exclusions, revocations, supervisions
from shared.deadlines import EVENTS as CLOCK_EVENTS
from shared.events.contract import Code, Day, Emits, EventType, Flag, PartialDay, Read, Reads, Reference
from shared.privacy import disclosure_permits, erasure
from shared.reference import codes


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; never what was said."""

    phase = schemas.PHASE
    status = schemas.STATUS
    topics = schemas.TOPICS
    funding = schemas.FUNDING
    language = schemas.LANGUAGE
    interpreter = schemas.INTERPRETER
    given_on = schemas.GIVEN_ON


class MatterOpened(Schema):
    """Work towards a remedy began."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    opened_on = Day(required=True)


class CompensationApplied(Schema):
    """A claim was made; `late` notes that its limitation had passed, as far as is known."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    applied_on = Day(required=True)
    late = Flag(required=True)


class CompensationDecided(Schema):
    """A claim was decided; the amount is a band, since an exact sum can identify a person."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    outcome = Code(codes("compensation_outcome"), required=True)
    amount_band = Code(codes("amount_band"), required=True, allow_none=True)
    currency = Code(codes("currency"), required=True, allow_none=True)
    decided_on = Day(required=True)


class CompensationPaid(Schema):
    """What was granted has reached the person."""

    matter = Reference(required=True)
    remedy = Code(codes("remedy"), required=True)
    paid_on = Day(required=True)


class ReconsiderationRequested(Schema):
    """An authority was asked to look at its negative decision again; `late` notes that the window had passed."""

    stage = Code(codes("identification_stage"), required=True)
    ground = Code(codes("reconsideration_ground"), required=True)
    requested_on = Day(required=True)
    late = Flag(required=True)


EMITS = Emits(
    "legal",
    EventType("advice.recorded", AdviceRecorded, "advice", "Legal advice was given, declined or could not be had."),
    *CLOCK_EVENTS,
    EventType("matter.opened", MatterOpened, "justice", "Work towards a remedy began."),
    EventType("compensation.applied", CompensationApplied, "justice", "Compensation was applied for."),
    EventType("compensation.decided", CompensationDecided, "justice", "A claim for compensation was decided."),
    EventType("compensation.paid", CompensationPaid, "justice", "Compensation was paid."),
    EventType(
        "reconsideration.requested",
        ReconsiderationRequested,
        "identification",
        "An authority was asked to look at a negative decision again.",
    ),
    erasure.ACKNOWLEDGED,
)


class ContactOpened(Schema):
    """Of a contact, legal needs the law that applies, and nothing of the person."""

    jurisdiction = Code(required=True)


class TeamMemberAdded(Schema):
    """Who may see the case from now on."""

    member = Reference(required=True)
    role = Code(required=True)
    lead = Flag(required=True)


class TeamMemberRemoved(Schema):
    """Who may not see it any more."""

    member = Reference(required=True)


class DetectionRecorded(Schema):
    """Of a detection, legal needs the days from which periods run; the first releases did not say which it was."""

    detection = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    earliest_incident_on = PartialDay(required=True, allow_none=True)
    work_ended_on = PartialDay(required=True, allow_none=True)


class IdentificationStep(Schema):
    """A step on the official path, by whoever took it; the first releases did not say which it was."""

    step = Reference(load_default=None, allow_none=True)
    jurisdiction = Code(required=True)
    stage = Code(required=True)
    authority = Code(required=True, allow_none=True)
    occurred_on = PartialDay(required=True, allow_none=True)
    received_on = Day(load_default=None, allow_none=True)
    made_elsewhere = Flag(required=True)


class IdentificationDecided(IdentificationStep):
    """A decision of an authority."""

    received_on = Day(required=True)
    outcome = Code(required=True)
    reconsidered = Code(required=True, allow_none=True)


class IdentificationCorrected(Schema):
    """A step was recorded wrongly, and counts no more."""

    step = Reference(required=True)


class RecordWithdrawn(Schema):
    """A record was made on the wrong person; periods that it began run no more."""

    record_class = Code(required=True)
    record = Reference(required=True)


class CaseClosed(Schema):
    """That the case was closed is all that legal needs; advice and claims go on."""


class CaseReopened(Schema):
    """That the case is open again."""


READS = Reads(
    Read("intake.contact.opened", ContactOpened),
    Read("intake.team.member_added", TeamMemberAdded, about="member"),
    Read("intake.team.member_removed", TeamMemberRemoved, about="member", protects=True),
    Read("intake.detection.recorded", DetectionRecorded),
    Read("intake.record.withdrawn", RecordWithdrawn),
    Read("intake.identification.submitted", IdentificationStep),
    Read("intake.identification.step_recorded", IdentificationStep),
    Read("intake.identification.decided", IdentificationDecided),
    Read("intake.identification.corrected", IdentificationCorrected),
    Read("intake.case.closed", CaseClosed),
    Read("intake.case.reopened", CaseReopened),
    revocations.read_of("intake"),
    *exclusions.reads_of("intake"),
    *break_glass.reads_of("intake"),
    *supervisions.reads_of("intake"),
    *case_restrictions.reads_of("intake"),
    erasure.order_of("intake"),
    *disclosure_permits.reads_of("intake"),
    ignores=(
        "intake.erasure.completed",
        "support.erasure.acknowledged",
        *(f"intake.{event.name}" for event in CLOCK_EVENTS),
        "intake.outreach.session_recorded",
        "intake.account.recorded",
        "intake.danger.flagged",
        "intake.person.recorded",
        "intake.consent.due_again",
        "intake.referral_in.recorded",
        "intake.disclosure.demanded",
        "intake.annotation.recorded",
        "intake.duty_to_notify.met",
        "intake.first_responder.asked",
        "intake.first_responder.accepted",
        "intake.first_responder.declined",
        "intake.sharing.without_consent",
        "intake.consent.withdrawal_answered",
        # How the person is reached is kept nowhere but at intake, and asked there before each contact.
        "intake.safe_contact.changed",
        "intake.sharing.reviewed",
        "intake.sharing.review_overdue",
        "intake.referral.sent",
        "intake.referral.received",
        "intake.referral.information_requested",
        "intake.referral.information_given",
        "intake.referral.wait_listed",
        "intake.referral.accepted",
        "intake.referral.rejected",
        "intake.referral.arrived",
        "intake.referral.missed",
        "intake.referral.completed",
        "intake.referral.revoked",
        "intake.referral.expired",
        "intake.referral.withdrawn",
        "intake.consent.granted",
        "intake.consent.withdrawn",
        "intake.entry.decided",
        "support.urgent_need.noted",
        "support.service.delivered",
        "support.assessment.completed",
        "support.plan.agreed",
        "support.counselling.started",
        "support.counselling.ended",
        "support.recovery.supported",
        "support.alert.raised",
        "support.alert.escalated",
        "support.alert.acknowledged",
    ),
)

"""The events that legal emits, and those of intake and support that it reads."""

from marshmallow import Schema

from shared.casework.following import follow_cases
from shared.deadlines import EVENTS as CLOCK_EVENTS
from shared.events.contract import Code, Codes, Day, Emits, EventType, Flag, PartialDay, Read, Reads, Reference
from shared.privacy import erasure
from shared.reference import codes


class AdviceRecorded(Schema):
    """Advice was given, or why it was not; never what was said."""

    phase = Code(codes("advice_phase"), required=True)
    status = Code(codes("advice_status"), required=True)
    topics = Codes(codes("advice_topic"), required=True)
    funding = Code(codes("advice_funding"), required=True)
    language = Code(codes("language"), required=True)
    interpreter = Flag(required=True)
    given_on = Day(required=True)


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


CASES = follow_cases("intake")
READS = Reads(
    *CASES.reads,
    Read("intake.detection.recorded", DetectionRecorded),
    Read("intake.record.withdrawn", RecordWithdrawn),
    Read("intake.identification.submitted", IdentificationStep),
    Read("intake.identification.step_recorded", IdentificationStep),
    Read("intake.identification.decided", IdentificationDecided),
    Read("intake.identification.corrected", IdentificationCorrected),
    ignores=(
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

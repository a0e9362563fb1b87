"""What support emits, and what it reads of others."""

from marshmallow import Schema

from services.support.rules.alerts import TOLD
from shared.casework.following import ContactOpened, follow_cases
from shared.events.contract import Code, Codes, Count, Day, Emits, EventType, Flag, Read, Reads, Reference
from shared.privacy import erasure
from shared.reference import codes


class UrgentNeedNoted(Schema):
    """Needs that can't wait."""

    #: Repeated as intake sent them: a need whose code is newer than this release must not be lost.
    needs = Codes(required=True)


class ServiceDelivered(Schema):
    """A service given."""

    service = Reference(required=True)
    service_type = Code(codes("service_type"), required=True)
    urgent = Flag(required=True)
    delivered_on = Day(required=True)
    met_urgent_need = Flag(required=True)


class AssessmentCompleted(Schema):
    """An assessment, as codes; no score has a field here."""

    assessment = Reference(required=True)
    assessment_type = Code(codes("assessment_type"), required=True)
    overall_risk = Code(codes("risk_level"), required=True)
    domains_at_or_above_3 = Codes(codes("need_domain"), required=True)
    assessed_on = Day(required=True)
    reassess_on = Day(required=True)


class PlanAgreed(Schema):
    """A plan agreed with the person."""

    plan = Reference(required=True)
    goal_types = Codes(codes("plan_type"), required=True)
    review_on = Day(required=True, allow_none=True)
    person_has_copy = Flag(required=True)
    agreed_on = Day(required=True)


class CounsellingStarted(Schema):
    """A course of counselling began."""

    course = Reference(required=True)
    modality = Code(codes("counselling_modality"), required=True)
    started_on = Day(required=True)


class CounsellingEnded(Schema):
    """A course of counselling ended."""

    course = Reference(required=True)
    reason = Code(codes("counselling_end_reason"), required=True)
    ended_on = Day(required=True)


class RecoverySupported(Schema):
    """A recovery period reached its minimum."""

    clock = Reference(required=True)
    reached = Flag(required=True)
    support_continues = Flag(required=True)


class AlertTold(Schema):
    """Who is told of an alert now; of what danger, is for those who see the case."""

    alert = Reference(required=True)
    urgency = Code(codes("danger_urgency"), required=True)
    level = Count(required=True)
    told = Code(TOLD, required=True)


class AlertAcknowledged(Schema):
    """A named person takes care of it."""

    alert = Reference(required=True)
    level = Count(required=True)
    by = Reference(required=True)


EMITS = Emits(
    "support",
    EventType("urgent_need.noted", UrgentNeedNoted, "support", "Needs that can't wait were taken up."),
    EventType("service.delivered", ServiceDelivered, "support", "The person was given a service."),
    EventType("assessment.completed", AssessmentCompleted, "support", "Needs and risks were assessed with the person."),
    EventType("plan.agreed", PlanAgreed, "support", "The person and their worker agreed a support plan."),
    EventType("counselling.started", CounsellingStarted, "support", "A course of counselling began."),
    EventType(
        "counselling.ended", CounsellingEnded, "support", "A course of counselling ended; the person may come back."
    ),
    EventType(
        "recovery.supported", RecoverySupported, "support", "A recovery period reached its minimum; support goes on."
    ),
    EventType("alert.raised", AlertTold, "safety", "A safeguarding alert was raised; somebody has to acknowledge it."),
    EventType("alert.escalated", AlertTold, "safety", "Nobody acknowledged an alert in time; more people are told."),
    EventType("alert.acknowledged", AlertAcknowledged, "safety", "A named person takes care of an alert."),
    erasure.ACKNOWLEDGED,
)


class OpenedView(ContactOpened):
    """What support needs of a first contact."""

    language = Code()
    opened_on = Day(required=True)
    urgent_needs = Codes(load_default=list)


class ClockStartedView(Schema):
    """A period that began."""

    clock = Reference(required=True)
    code = Code(required=True)
    kind = Code(required=True)
    due_on = Day(load_default=None, allow_none=True)


class ClockView(Schema):
    """A period that was reached, was stopped or runs again; which it is, was told when it started."""

    clock = Reference(required=True)


class DangerView(Schema):
    """A danger that somebody met at intake."""

    alert = Reference(required=True)
    danger_type = Code(required=True)
    urgency = Code(required=True)


CASES = follow_cases("intake", OpenedView)
READS = Reads(
    *CASES.reads,
    Read("intake.clock.started", ClockStartedView),
    Read("intake.clock.reached", ClockView),
    Read("intake.clock.stopped", ClockView),
    Read("intake.clock.woken", ClockView),
    Read("intake.danger.flagged", DangerView, about="alert", protects=True),
    ignores=(
        "intake.account.*",
        "intake.annotation.*",
        "intake.clock.*",
        "intake.consent.*",
        "intake.detection.*",
        "intake.disclosure.*",
        "intake.duty_to_notify.*",
        "intake.entry.*",
        "intake.erasure.*",
        "intake.first_responder.*",
        # Whether a person was identified is never asked here: support does not hang on a status.
        "intake.identification.*",
        "intake.outreach.*",
        "intake.person.*",
        "intake.record.*",
        "intake.referral.*",
        "intake.referral_in.*",
        # How the person is reached is kept nowhere but at intake, and asked there before each contact.
        "intake.safe_contact.*",
        "intake.sharing.*",
        "legal.*",
    ),
)

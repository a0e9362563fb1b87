"""Events about the official path."""

from marshmallow import Schema

from shared import deadlines
from shared.events.contract import Code, Day, EventType, Flag, PartialDay, Read, Reference
from shared.reference import JURISDICTIONS, codes


class EntryDecided(Schema):
    """The person decided whether to enter the official mechanism; advice before it is told, never a condition."""

    decision = Code(codes("entry_decision"), required=True)
    advice = Code(codes("advice_status"), required=True)
    advised_before = Flag(required=True)
    decided_on = Day(required=True)


class AdviceRecorded(Schema):
    """Of legal's advice, intake needs to know only that there was some, and when."""

    phase = Code(required=True)
    status = Code(required=True)


class IdentificationStep(Schema):
    """A step on the official path was taken, by whoever took it."""

    step = Reference()
    jurisdiction = Code(JURISDICTIONS, required=True)
    stage = Code(codes("identification_stage"), required=True)
    authority = Code(codes("authority"), required=True, allow_none=True)
    occurred_on = PartialDay(required=True, allow_none=True)
    received_on = Day(required=True)
    made_elsewhere = Flag(required=True)
    #: What a step of our own rests on, where consent is a question.
    basis = Code(codes("consent_basis"), allow_none=True)


class IdentificationDecided(IdentificationStep):
    """An authority decided."""

    outcome = Code(codes("decision_outcome"), required=True)
    reconsidered = Code(codes("identification_stage"), required=True, allow_none=True)


class IdentificationCorrected(Schema):
    """A step was recorded wrongly; whoever kept it lets it count no more."""

    step = Reference(required=True)
    stage = Code(codes("identification_stage"), required=True)
    reason = Code(codes("step_correction_reason"), required=True)
    corrected_on = Day(required=True)


class FirstResponderAsked(Schema):
    """A body was asked to put the case to the authority."""

    first_responder = Reference(required=True)
    body = Code(codes("first_responder"), required=True)
    asked_on = Day(required=True)


class FirstResponderAccepted(Schema):
    """It puts the case to the authority."""

    first_responder = Reference(required=True)
    body = Code(codes("first_responder"), required=True)
    answered_on = Day(required=True)


class FirstResponderDeclined(FirstResponderAccepted):
    """It does not; another can be asked."""

    reason = Code(codes("first_responder_refusal"), required=True)


EVENTS = (
    EventType("entry.decided", EntryDecided, "entry", "The person decided about the official mechanism."),
    EventType("identification.submitted", IdentificationStep, "identification", "The case was put to an authority."),
    EventType("identification.step_recorded", IdentificationStep, "identification", "A step of the official path."),
    EventType("identification.decided", IdentificationDecided, "identification", "An authority decided."),
    EventType(
        "identification.corrected", IdentificationCorrected, "identification", "A step had been recorded wrongly."
    ),
    EventType(
        "first_responder.asked",
        FirstResponderAsked,
        "identification",
        "A first responder was asked to put the case to the authority.",
    ),
    EventType(
        "first_responder.accepted",
        FirstResponderAccepted,
        "identification",
        "A first responder puts the case to the authority.",
    ),
    EventType(
        "first_responder.declined", FirstResponderDeclined, "identification", "A first responder did not take the case."
    ),
    *deadlines.EVENTS,
)


READS = (Read("legal.advice.recorded", AdviceRecorded),)

"""Events about the official path."""

from collections.abc import Mapping
from typing import Final

from marshmallow import Schema

from services.intake.identification import schemas
from shared import deadlines
from shared.access.declarations import omittable
from shared.events.audience import Opening, by_code, inside, kept_inside, person
from shared.events.contract import Code, EventType, Read
from shared.events.openings import ENTRY, IDENTIFICATION, PRESUMPTION, SUBMISSION, VOUCHER_REQUEST


class EntryDecided(Schema):
    """The person decided whether to enter the official mechanism; advice before it is told, never a condition."""

    decision = schemas.DECISION
    advice = schemas.ADVICE
    advised_before = schemas.ADVISED_BEFORE
    decided_on = schemas.DECIDED_ON


class AdviceRecorded(Schema):
    """Of legal's advice, intake needs to know only that there was some, and when."""

    phase = Code(required=True)
    status = Code(required=True)


class IdentificationStep(Schema):
    """A step on the official path was taken, by whoever took it."""

    step = omittable(schemas.STEP)
    jurisdiction = schemas.JURISDICTION
    stage = schemas.STAGE
    authority = schemas.AUTHORITY
    occurred_on = schemas.OCCURRED_ON
    received_on = schemas.RECEIVED_ON
    made_elsewhere = schemas.MADE_ELSEWHERE
    basis = omittable(schemas.BASIS)
    happened = omittable(schemas.HAPPENED)
    learnt = omittable(schemas.LEARNT)
    about = omittable(schemas.STEP_ABOUT)
    dublin = omittable(schemas.DUBLIN)
    foreigner = omittable(schemas.FOREIGNER)


class IdentificationDecided(IdentificationStep):
    """An authority decided."""

    outcome = schemas.OUTCOME
    reconsidered = schemas.RECONSIDERED


class IdentificationCorrected(Schema):
    """A step was recorded wrongly; whoever kept it lets it count no more."""

    step = schemas.STEP
    stage = schemas.STAGE
    reason = schemas.CORRECTION_REASON
    corrected_on = schemas.CORRECTED_ON


class FirstResponderAsked(Schema):
    """A body was asked to put the case to the authority."""

    first_responder = schemas.FIRST_RESPONDER
    body = schemas.BODY
    asked_on = schemas.ASKED_ON


class FirstResponderAccepted(Schema):
    """It puts the case to the authority."""

    first_responder = schemas.FIRST_RESPONDER
    body = schemas.BODY
    answered_on = schemas.ANSWERED_ON


class FirstResponderDeclined(FirstResponderAccepted):
    """It does not; another can be asked."""

    reason = schemas.REFUSAL_REASON


#: By the code list `identification_stage`.
STAGES: Final[Mapping[str, Opening]] = {
    "referred": SUBMISSION,
    "notified": SUBMISSION,
    "referred_to_voucher": VOUCHER_REQUEST,
    "potential": PRESUMPTION,
    "presumed": PRESUMPTION,
    "reasonable_grounds": IDENTIFICATION,
    "conclusive_grounds": IDENTIFICATION,
    "reconsideration": IDENTIFICATION,
    "identified": IDENTIFICATION,
    "signal": IDENTIFICATION,
    "reflection_offered": IDENTIFICATION,
    "reflection_accepted": IDENTIFICATION,
    "report_made": IDENTIFICATION,
    "comensha_registered": IDENTIFICATION,
}
#: On what the step was taken, whether by consent, is the person's own.
_OF_A_STEP: Final = {"basis": "account"}
_OF_ANOTHER: Final = inside("It names another agency, and what became of a question to it.")
EVENTS = (
    EventType(
        "entry.decided",
        EntryDecided,
        "entry",
        "The person decided about the official mechanism.",
        audience=person(ENTRY),
    ),
    EventType(
        "identification.submitted",
        IdentificationStep,
        "identification",
        "The case was put to an authority.",
        audience=by_code("stage", STAGES, _OF_A_STEP),
    ),
    EventType(
        "identification.step_recorded",
        IdentificationStep,
        "identification",
        "A step of the official path.",
        audience=by_code("stage", STAGES, _OF_A_STEP),
    ),
    EventType(
        "identification.decided",
        IdentificationDecided,
        "identification",
        "An authority decided.",
        audience=by_code("stage", STAGES, _OF_A_STEP),
    ),
    # Whoever was told of a step has to be told that it does not count (GDPR, article 19); why, is the person's own.
    EventType(
        "identification.corrected",
        IdentificationCorrected,
        "identification",
        "A step had been recorded wrongly.",
        audience=by_code("stage", STAGES, kept_inside("reason")),
    ),
    EventType(
        "first_responder.asked",
        FirstResponderAsked,
        "identification",
        "A first responder was asked to put the case to the authority.",
        audience=_OF_ANOTHER,
    ),
    EventType(
        "first_responder.accepted",
        FirstResponderAccepted,
        "identification",
        "A first responder puts the case to the authority.",
        audience=_OF_ANOTHER,
    ),
    EventType(
        "first_responder.declined",
        FirstResponderDeclined,
        "identification",
        "A first responder did not take the case.",
        audience=_OF_ANOTHER,
    ),
    *deadlines.EVENTS,
)


READS = (
    Read("legal.advice.recorded", AdviceRecorded),
    # The first version said what about, too, which was never read.
    Read("legal.advice.recorded", AdviceRecorded, 2),
)

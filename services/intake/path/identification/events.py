"""Events about the official path and the duty to notify."""

from collections.abc import Mapping
from typing import Final

from marshmallow import Schema

from services.intake.path.identification import models, schemas
from services.intake.path.identification.models import EntryDecision, FirstResponder, Notification, StepCorrection
from shared import deadlines
from shared.access.declarations import field_of, not_null, omittable
from shared.events.audience import Opening, by_code, inside, kept_inside, person
from shared.events.contract import Code, EventType, Read
from shared.events.openings import ENTRY, OF_PROFILES
from shared.reference import stage_audiences


class EntryDecided(Schema):
    """The person decided whether to enter the official mechanism. Earlier advice is stated, but is no condition."""

    decision = field_of(EntryDecision.decision)
    advice = field_of(EntryDecision.advice)
    advised_before = schemas.ADVISED_BEFORE
    decided_on = field_of(EntryDecision.decided_on)


class DutyToNotifyMet(Schema):
    """A body under the duty has reported. No event contains the report."""

    body = field_of(Notification.body)
    receiver = field_of(Notification.receiver)
    anonymous = schemas.ANONYMOUS
    reported_on = field_of(Notification.reported_on)


class AdviceRecorded(Schema):
    """The phase and status of legal's advice. Intake reads nothing else of it."""

    phase = Code(required=True)
    status = Code(required=True)


class IdentificationStep(Schema):
    """A step on the official path was taken, by this team or elsewhere."""

    step = omittable(field_of(models.IdentificationStep.id))
    jurisdiction = schemas.JURISDICTION
    stage = field_of(models.IdentificationStep.stage)
    authority = field_of(models.IdentificationStep.authority)
    occurred_on = field_of(models.IdentificationStep.occurred_on)
    received_on = field_of(models.IdentificationStep.received_on)
    made_elsewhere = field_of(models.IdentificationStep.made_elsewhere)
    basis = omittable(field_of(models.IdentificationStep.basis))
    happened = omittable(field_of(models.IdentificationStep.happened))
    learnt = omittable(field_of(models.IdentificationStep.learnt))
    about = omittable(field_of(models.IdentificationStep.about))
    dublin = omittable(field_of(models.IdentificationStep.dublin))
    foreigner = omittable(field_of(models.IdentificationStep.foreigner))


class IdentificationDecided(IdentificationStep):
    """An authority decided."""

    outcome = not_null(models.IdentificationStep.outcome)
    reconsidered = schemas.RECONSIDERED


class IdentificationCorrected(Schema):
    """A step was recorded wrongly. Consumers that stored it treat it as invalid."""

    step = field_of(models.IdentificationStep.id)
    stage = field_of(models.IdentificationStep.stage)
    reason = field_of(StepCorrection.reason)
    corrected_on = field_of(StepCorrection.corrected_on)


class FirstResponderAsked(Schema):
    """A body was asked to submit the case to the authority."""

    first_responder = field_of(FirstResponder.id)
    body = field_of(FirstResponder.body)
    asked_on = field_of(FirstResponder.asked_on)


class FirstResponderAccepted(Schema):
    """The body submits the case to the authority."""

    first_responder = field_of(FirstResponder.id)
    body = field_of(FirstResponder.body)
    answered_on = not_null(FirstResponder.answered_on)


class FirstResponderDeclined(FirstResponderAccepted):
    """The body does not submit the case. Another body can be asked."""

    reason = not_null(FirstResponder.reason)


#: The opening for agencies by stage (code list `identification_stage`), as the profiles state.
STAGES: Final[Mapping[str, Opening]] = {code: OF_PROFILES[audience] for code, audience in stage_audiences().items()}
#: The basis of a step, such as consent, belongs to the account of the person.
_OF_A_STEP: Final = {"basis": "account"}
#: When the person learnt of a decision is evidence against them if they challenge it late. Their limits are events.
# control: H-CONFIDENTIALITY-14 day-of-receipt
_OF_A_DECISION: Final = _OF_A_STEP | kept_inside("received_on", "learnt")
_OF_ANOTHER: Final = inside("It names another agency and the outcome of a question to it.")
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
        audience=by_code("stage", STAGES, _OF_A_DECISION),
    ),
    # All recipients of a step must learn that it is invalid (GDPR, article 19). The reason stays inside.
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
    EventType(
        "duty_to_notify.met",
        DutyToNotifyMet,
        "entry",
        "A body under the duty to notify reported a person who does not enter the mechanism, without their name.",
        audience=inside("Known outside, it would say whose report without a name it was."),
    ),
    *deadlines.EVENTS,
)


READS = (
    Read("legal.advice.recorded", AdviceRecorded),
    # The first version also had the topics, which intake never read.
    Read("legal.advice.recorded", AdviceRecorded, 2),
)

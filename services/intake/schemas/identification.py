"""Bodies about the official path: its steps, their corrections, and first responders."""

from services.intake.schemas.body import Body
from shared.events.contract import Code, Day, Flag, PartialDay
from shared.reference import codes


class RecordStep(Body):
    """A step on the official path. `can_decide`: false for an adult who can't decide, on whose behalf it is taken."""

    stage = Code(required=True)
    outcome = Code(load_default=None, allow_none=True)
    authority = Code(load_default=None, allow_none=True)
    occurred_on = PartialDay(load_default=None, allow_none=True)
    received_on = Day()
    made_elsewhere = Flag(load_default=False)
    can_decide = Flag(load_default=True)


class CorrectStep(Body):
    """A step was recorded wrongly."""

    reason = Code(codes("step_correction_reason"), required=True)


class AskFirstResponder(Body):
    """A first responder is asked to put the case to the authority; `can_decide` as of a step."""

    body = Code(codes("first_responder"), required=True)
    can_decide = Flag(load_default=True)


class AnswerOfFirstResponder(Body):
    """What it answered, and of a refusal why."""

    answer = Code(("accepted", "declined"), required=True)
    reason = Code(codes("first_responder_refusal"), load_default=None, allow_none=True)

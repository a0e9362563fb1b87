"""Bodies of requests about the official path."""

import re

from marshmallow import fields, validate

from services.intake.case.schemas import Body
from shared.events.contract import Code, Day, Flag, PartialDay
from shared.reference import JURISDICTIONS, codes
from shared.reference.periods import MOMENT


class DecideEntry(Body):
    """Whether to enter the official mechanism, and how the person was advised before."""

    decision = Code(codes("entry_decision"), required=True)
    advice = Code(codes("advice_status"), required=True)
    decided_on = Day()


class ExtendClock(Body):
    """A period is extended by decision."""

    until = Day(required=True)


class CalculateDeadline(Body):
    """A period of the law, and when it began: a year, a month, a day, or an instant with its offset."""

    jurisdiction = Code(JURISDICTIONS, required=True)
    rule = Code(required=True)
    start = fields.String(
        required=True,
        data_key="from",
        validate=validate.Regexp(
            re.compile(f"^{MOMENT}$"), error="is no year, month or date, nor an instant with its offset from UTC"
        ),
    )


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

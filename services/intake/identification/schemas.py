"""The official path: its fields, each declared once, and what is recorded and shown of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from marshmallow import fields, validate

from shared import deadlines
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, part, parts
from shared.events.contract import Code, Day, Flag, PartialDay, Reference
from shared.http import Command, optional, required
from shared.reference import codes
from shared.reference.periods import MOMENT

DECISION = declare(Code(codes("entry_decision")), FieldClass.BASIC, "Whether to enter the official mechanism.")
ADVICE = declare(Code(codes("advice_status")), FieldClass.BASIC, "How the person was advised before; no condition.")
ADVISED_BEFORE = declare(Flag(), FieldClass.BASIC, "Whether advice was given before, as far as is known here.")
DECIDED_ON = declare(Day(), FieldClass.BASIC, "The day of the person's decision, today by default.")

STEP = declare(Reference(), FieldClass.BASIC, "The step.")
JURISDICTION = declare(Code(codes("jurisdiction")), FieldClass.BASIC, "Whose law the case is under.")
STAGE = declare(Code(codes("identification_stage")), FieldClass.BASIC, "The stage of the path.", example="referred")
OUTCOME = declare(Code(codes("decision_outcome")), FieldClass.BASIC, "What was decided; only a decision has one.")
AUTHORITY = declare(
    nullable(Code(codes("authority"))), FieldClass.BASIC, "Before which authority; null: not known.", example="GB.SCA"
)
OCCURRED_ON = declare(
    nullable(PartialDay()), FieldClass.BASIC, "When it happened, perhaps to the month or year; null: not known."
)
RECEIVED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was heard of here, today by default.")
MADE_ELSEWHERE = declare(Flag(), FieldClass.BASIC, "Whether somebody else took it, not this team.")
CAN_DECIDE = declare(Flag(), FieldClass.BASIC, "False for an adult who can't decide, on whose behalf it is done.")
BASIS = declare(
    nullable(Code(codes("consent_basis"))),
    FieldClass.BASIC,
    "What a step of our own rests on, where consent is a question.",
)
RECONSIDERED = declare(
    nullable(Code(codes("identification_stage"))), FieldClass.BASIC, "The stage whose negative decision it replaces."
)
CORRECTION_REASON = declare(Code(codes("step_correction_reason")), FieldClass.BASIC, "Why the step counts no more.")
CORRECTED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was found to be recorded wrongly.")

FIRST_RESPONDER = declare(Reference(), FieldClass.BASIC, "The request to a first responder.")
BODY = declare(Code(codes("first_responder")), FieldClass.BASIC, "Which body is asked.", example="police")
STATE = declare(Code(("asked", "accepted", "declined")), FieldClass.BASIC, "How far the request is.")
ANSWER = declare(Code(("accepted", "declined")), FieldClass.BASIC, "What it answered.")
REFUSAL_REASON = declare(Code(codes("first_responder_refusal")), FieldClass.BASIC, "Why it declined.")
ASKED_ON = declare(Day(), FieldClass.BASIC, "The day on which it was asked.")
ANSWERED_ON = declare(Day(), FieldClass.BASIC, "The day on which it answered.")

DUE_ON = declare(Day(), FieldClass.BASIC, "The last day of the period.")

_LONGEST_MOMENT: Final = len("2026-03-06T00:00:00.000000+00:00")
RULE = declare(Code(), None, "The rule of the jurisdiction, as its profile names it.", example="NL.OBJECTION")
START = declare(
    fields.String(
        data_key="from",
        validate=[
            validate.Length(max=_LONGEST_MOMENT),
            validate.Regexp(
                re.compile(f"^{MOMENT}$"), error="is no year, month or date, nor an instant with its offset from UTC"
            ),
        ],
    ),
    None,
    "When it began: a year, a month, a day, or an instant with its offset.",
    example="2026-03-06",
)
_SOME_DAY: Final = "2026-04-07"
_SOME_INSTANT: Final = "2026-04-06T22:00:00Z"


class DecideEntry(Command):
    """Whether to enter the official mechanism, and how the person was advised before."""

    decision: str = required(DECISION)
    advice: str = required(ADVICE)
    decided_on: date | None = optional(DECIDED_ON, default=None)


class RecordStep(Command):
    """A step on the official path. `can_decide`: false for an adult who can't decide, on whose behalf it is taken."""

    sample: ClassVar[Mapping[str, object]] = {"stage": "referred", "occurred_on": "2026-03", "made_elsewhere": True}

    stage: str = required(STAGE)
    outcome: str | None = optional(or_null(OUTCOME), default=None)
    authority: str | None = optional(AUTHORITY, default=None)
    occurred_on: str | None = optional(OCCURRED_ON, default=None)
    received_on: date | None = optional(RECEIVED_ON, default=None)
    made_elsewhere: bool = optional(MADE_ELSEWHERE, default=False)
    can_decide: bool = optional(CAN_DECIDE, default=True)


class CorrectStep(Command):
    """A step was recorded wrongly."""

    reason: str = required(CORRECTION_REASON)


class AskFirstResponder(Command):
    """A first responder is asked to put the case to the authority; `can_decide` as of a step."""

    body: str = required(BODY)
    can_decide: bool = optional(CAN_DECIDE, default=True)


class AnswerOfFirstResponder(Command):
    """What it answered, and of a refusal why."""

    sample: ClassVar[Mapping[str, object]] = {"answer": "accepted"}

    answer: str = required(ANSWER)
    reason: str | None = optional(or_null(REFUSAL_REASON), default=None)


class ExtendClock(Command):
    """A period is extended by decision."""

    until: date = required(DUE_ON)


class CalculateDeadline(Command):
    """A period of the law, and when it began: a year, a month, a day, or an instant with its offset."""

    jurisdiction: str = required(JURISDICTION)
    rule: str = required(RULE)
    start: str = required(START)

    sample: ClassVar[Mapping[str, object]] = {"jurisdiction": "NL", "rule": "NL.OBJECTION", "from": "2026-03-06"}


class EntryDecision(View):
    """A decision of the person about the official mechanism."""

    id = ID
    decision = DECISION
    advice = ADVICE
    decided_on = DECIDED_ON


class IdentificationStep(View):
    """A step as the case shows it, also one that counts no more."""

    id = STEP
    stage = STAGE
    outcome = or_null(OUTCOME)
    authority = AUTHORITY
    occurred_on = OCCURRED_ON
    received_on = RECEIVED_ON
    made_elsewhere = MADE_ELSEWHERE
    basis = BASIS
    corrected_on = or_null(CORRECTED_ON)
    corrected_because = or_null(CORRECTION_REASON)


class FirstResponder(View):
    """A request to a first responder as the case shows it."""

    id = FIRST_RESPONDER
    body = BODY
    state = STATE
    reason = or_null(REFUSAL_REASON)
    asked_on = ASKED_ON
    answered_on = or_null(ANSWERED_ON)


class AnsweredFirstResponder(View):
    """How far a request to a first responder is now."""

    id = FIRST_RESPONDER
    state = STATE


class ExtendedClock(View):
    """Until when a period runs now."""

    id = ID
    due_on = DUE_ON


class SkippedDay(View):
    """A day on which a period can't end, and why."""

    date = declare(fields.String(), None, "The day.", example="2026-04-06")
    reason = declare(fields.String(), None, "Why a period can't end on it.", example="Easter Monday")


class OtherReading(View):
    """What the second reading of a rule comes to."""

    due_on = declare(fields.String(), None, "The last day by it.", example=_SOME_DAY)
    wording = declare(nullable(fields.String()), None, "How it was counted.")
    why = declare(fields.String(), None, "Why the rule can be read so.")
    skipped = parts(SkippedDay)


class CalculatedDeadline(View):
    """A due date with all that explains it; without a date if the length of the period is not known."""

    jurisdiction = declare(Code(codes("jurisdiction")), None, "Whose law it is.")
    timezone = declare(fields.String(), None, "Where its days begin.", example="Europe/Amsterdam")
    start = declare(
        fields.String(attribute="from", data_key="from"), None, "When it began, as asked.", example="2026-03-06"
    )
    began_on = declare(fields.String(), None, "The local day from which it was counted.", example="2026-03-06")
    due_on = declare(nullable(fields.String()), None, "The last day; null: not known.", example=_SOME_DAY)
    due_at = declare(nullable(fields.String()), None, "The instant, of a period of hours.", example=_SOME_INSTANT)
    due_from = declare(nullable(fields.String()), None, "When its last day begins.", example=_SOME_INSTANT)
    over_from = declare(nullable(fields.String()), None, "When its last day is over.", example="2026-04-07T22:00:00Z")
    wording = declare(nullable(fields.String()), None, "How it was counted.")
    other = part(OtherReading)
    skipped = parts(SkippedDay)
    warns_on = declare(fields.List(fields.String()), None, "The local days on which to warn.", example=["2026-03-31"])
    meaning = declare(fields.String(), None, "What the end of such a period means for the person.")
    rule = RULE
    kind = declare(Code(), None, "What its end means, in one word.", example="limitation")
    length = declare(nullable(fields.String()), None, "How long it is; null: not known.", example="6 weeks")
    version = declare(fields.String(), None, "The first day in force of this version.", example="2024-01-01")
    effective_to = declare(nullable(fields.String()), None, "The last day in force.", example="2030-12-31")
    late_filing_possible = declare(Flag(), None, "Whether a late step may still be possible.")
    extendable = declare(Flag(), None, "Whether it can be extended by decision.")
    pausable = declare(Flag(), None, "Whether its time can stand still.")
    left_after_pause = declare(nullable(fields.String()), None, "What is left of it after a pause.", example="2 weeks")
    layer = declare(fields.String(), None, "Which law it is of.", example="national")
    source = declare(fields.String(), None, "Where the law says so.")
    certainty = declare(fields.String(), None, "How sure the reading of the law is.", example="high")
    verify = declare(Flag(), None, "Whether somebody who knows this law should check it.")
    note = declare(nullable(fields.String()), None, "What else to know of this answer.")


#: The parts of a whole case that are of the official path.
ENTRY_DECISIONS = parts(EntryDecision, Copied("entry_decision"))
IDENTIFICATION = parts(IdentificationStep, Copied("identification"))
FIRST_RESPONDERS = parts(FirstResponder, Copied("identification"))
CLOCKS = parts(deadlines.Deadline, Copied("deadline"))

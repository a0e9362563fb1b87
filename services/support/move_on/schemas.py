"""Moving on: its fields, each declared once, and what is recorded and shown of it. Where somebody went has no field."""

from datetime import date
from typing import Final

from marshmallow import Schema, fields, validate

from services.support.case.rules import Entries
from services.support.case.schemas import CorrectTimed, RecordView, Timed
from services.support.move_on import rules
from shared.access.declarations import declare, nullable, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Codes, Count, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_MOST_OUTCOMES: Final = 7
_MOST_CHECK_INS: Final = 12
_LATEST_DAY: Final = 730

TRANSITION = declare(Reference(), _HEALTH, "The plan for moving on.")
OUTCOME = declare(Code(codes("mscos_outcome")), _HEALTH, "What it is about.")
SERVICES = declare(Codes(codes("service_type")), _HEALTH, "What goes on; empty: nothing.", example=["counselling"])
AGENCY = declare(Reference(), _HEALTH, "With which agency of the register; left out: with this one, or nobody.")
AGREED_ON = declare(Day(), _HEALTH, "The day on which it was agreed, today by default.")
LEAVES_ON = declare(Day(), _HEALTH, "The day on which they move on.")
CHECK_IN_AFTER = declare(
    BoundedList(fields.Integer(strict=True, validate=validate.Range(1, _LATEST_DAY)), _MOST_CHECK_INS),
    _HEALTH,
    "How many days after that somebody asks how they are, as they agreed to.",
    example=list(rules.CHECK_IN_AFTER),
)
PAPERS = declare(Flag(), _HEALTH, "Whether they have their papers.")
WAY_BACK = declare(Flag(), _HEALTH, "Whether they know how to come back, without telling their story again.")
CLOSING_BECAUSE = declare(Code(codes("transition_end")), _HEALTH, "Why nobody asks after them any more.")
TRIED_ON = declare(Day(), _HEALTH, "The day on which it was tried, today by default.")
WAY = declare(Code(codes("contact_way")), _HEALTH, "By which way; only one that is safe.")
REACHED = declare(Flag(), _HEALTH, "Whether they were reached.")
SAFE = declare(Code(codes("said_safe")), _HEALTH, "Whether they say that they are safe.")


class OutcomeBody(Schema):
    """What goes on towards one outcome, and with whom."""

    outcome = OUTCOME
    services = SERVICES
    agency = omittable(AGENCY)


class TransitionOutcome(View):
    """What goes on towards one outcome, as the case shows it."""

    outcome = OUTCOME
    services = SERVICES
    agency = or_null(AGENCY)


OUTCOMES = declare(
    BoundedList(fields.Nested(OutcomeBody), _MOST_OUTCOMES, least=1),
    _HEALTH,
    "What goes on, for each outcome that matters to them.",
    example=[{"outcome": "long_term_consistent_support", "services": ["counselling"]}],
)


class AgreeTransition(Timed):
    """A plan for moving on, made with the person."""

    outcomes: Entries = required(OUTCOMES)
    leaves_on: date = required(LEAVES_ON)
    check_in_after: Entries = optional(CHECK_IN_AFTER, default_factory=lambda: list(rules.CHECK_IN_AFTER))
    papers_handed_over: bool = optional(PAPERS, default=False)
    way_back_explained: bool = optional(WAY_BACK, default=False)
    agreed_on: date | None = optional(AGREED_ON, default=None)


class TryCheckIn(Timed):
    """Somebody tried to ask how they are."""

    way: str = required(WAY)
    reached: bool = required(REACHED)
    safe: str | None = optional(or_null(SAFE), default=None)
    tried_on: date | None = optional(TRIED_ON, default=None)


class CloseTransition(Command):
    """Nobody asks after them any more; two people say so where the risk is high, or contact was lost."""

    closing_because: str = required(CLOSING_BECAUSE)


class CorrectTransition(CorrectTimed):
    """What is so instead; what is left out stays as it is, and `outcomes` are stated as a whole."""

    outcomes: Entries | None = optional(OUTCOMES, default=None)
    agreed_on: date | None = optional(AGREED_ON, default=None)
    leaves_on: date | None = optional(LEAVES_ON, default=None)
    papers_handed_over: bool | None = optional(PAPERS, default=None)
    way_back_explained: bool | None = optional(WAY_BACK, default=None)


class CorrectCheckIn(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    way: str | None = optional(WAY, default=None)
    reached: bool | None = optional(REACHED, default=None)
    safe: str | None = optional(or_null(SAFE), default=None)
    tried_on: date | None = optional(TRIED_ON, default=None)


class Transition(RecordView):
    """A plan for moving on as the case shows it."""

    id = TRANSITION
    state = declare(Code(codes("transition_state")), _HEALTH, "How far it is.")
    agreed_on = AGREED_ON
    leaves_on = LEAVES_ON
    outcomes = parts(TransitionOutcome)
    check_in_after = CHECK_IN_AFTER
    papers_handed_over = PAPERS
    way_back_explained = WAY_BACK
    check_ins_done = declare(Count(), _HEALTH, "How often they were reached since.")
    closing_because = or_null(CLOSING_BECAUSE)
    closing_proposed_by = declare(nullable(Reference()), _HEALTH, "Who would close it.", staff=True)
    closed_by = declare(nullable(Reference()), _HEALTH, "Who closed it, or confirmed that.", staff=True)
    closed_on = declare(nullable(Day()), _HEALTH, "When it was closed.")
    came_back_on = declare(nullable(Day()), _HEALTH, "When they came back.")


class CheckIn(RecordView):
    """An attempt to ask after them as the case shows it."""

    id = declare(Reference(), _HEALTH, "The attempt.")
    transition = TRANSITION
    tried_on = TRIED_ON
    way = WAY
    reached = REACHED
    safe = or_null(SAFE)

"""The commands and views of moving on. Most fields are on their columns. Where the person went has no field."""

from datetime import date
from typing import Final

from marshmallow import Schema, fields

from services.support.cases.case.rules import Entries
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.risks.move_on import models, rules
from shared.access.declarations import declare, not_null, omittable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Codes, Reference
from shared.events.kinds import BoundedList
from shared.http import Command, optional, required
from shared.reference import codes

_HEALTH: Final = FieldClass.HEALTH
_MOST_OUTCOMES: Final = 7

OUTCOME = declare(Code(codes("mscos_outcome")), _HEALTH, "The topic.")
SERVICES = declare(
    Codes(codes("service_type")), _HEALTH, "The services that continue; empty: none.", example=["counselling"]
)
AGENCY = declare(Reference(), _HEALTH, "The agency of the register; by default this one, or none.")


class OutcomeBody(Schema):
    """The services that continue towards one outcome, and their agency."""

    outcome = OUTCOME
    services = SERVICES
    agency = omittable(AGENCY)


class TransitionOutcome(View):
    """The same in the support file."""

    outcome = OUTCOME
    services = SERVICES
    agency = or_null(AGENCY)


OUTCOMES = declare(
    BoundedList(fields.Nested(OutcomeBody), _MOST_OUTCOMES, least=1),
    _HEALTH,
    "The continuing services, for each outcome that matters to them.",
    example=[{"outcome": "long_term_consistent_support", "services": ["counselling"]}],
)


class AgreeTransition(Timed):
    """Agree a plan for moving on with the person."""

    outcomes: Entries = required(OUTCOMES)
    leaves_on: date = required(models.Transition.leaves_on)
    check_in_after: Entries = optional(
        models.Transition.check_in_after, default_factory=lambda: list(rules.CHECK_IN_AFTER)
    )
    papers_handed_over: bool = optional(models.Transition.papers_handed_over, default=False)
    way_back_explained: bool = optional(models.Transition.way_back_explained, default=False)
    agreed_on: date | None = optional(models.Transition.agreed_on, default=None)


class TryCheckIn(Timed):
    """Record an attempt to ask how the person is."""

    way: str = required(models.CheckIn.way)
    reached: bool = required(models.CheckIn.reached)
    safe: str | None = optional(models.CheckIn.safe, default=None)
    tried_on: date | None = optional(models.CheckIn.tried_on, default=None)


class CloseTransition(Command):
    """Stop check-ins. Two people must agree if the risk is high or contact is lost."""

    closing_because: str = required(not_null(models.Transition.closing_because))


class CorrectTransition(CorrectTimed):
    """Correct a plan. Omitted values stay unchanged; `outcomes` are replaced as a whole."""

    outcomes: Entries | None = optional(OUTCOMES, default=None)
    agreed_on: date | None = optional(models.Transition.agreed_on, default=None)
    leaves_on: date | None = optional(models.Transition.leaves_on, default=None)
    papers_handed_over: bool | None = optional(models.Transition.papers_handed_over, default=None)
    way_back_explained: bool | None = optional(models.Transition.way_back_explained, default=None)


class CorrectCheckIn(CorrectTimed):
    """Correct a check-in. Omitted values stay unchanged."""

    way: str | None = optional(models.CheckIn.way, default=None)
    reached: bool | None = optional(models.CheckIn.reached, default=None)
    safe: str | None = optional(models.CheckIn.safe, default=None)
    tried_on: date | None = optional(models.CheckIn.tried_on, default=None)


class Transition(View, of=models.Transition):
    """A plan for moving on in the support file."""

    outcomes = parts(TransitionOutcome)


class CheckIn(View, of=models.CheckIn):
    """A check-in in the support file."""

"""Clocks that are changed by decision: their fields, and what is asked and shown of a change."""

from datetime import date

from shared.access.declarations import ID, declare, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.casework.fact_schemas import DECIDED_BY, HAPPENED, KIND, LEARNT, OUTCOME, REMEDY, STAGE
from shared.deadlines import ExplainedDeadline, FactUsed
from shared.events.contract import Code, Day, Flag
from shared.http import Command, optional, required

SINCE = declare(Day(), FieldClass.BASIC, "The first day on which its time stands still, today by default.")
AGAIN = declare(Day(), FieldClass.BASIC, "The day from which it runs on, today by default.")
UNTIL = declare(Day(), FieldClass.BASIC, "Its new last day.")
HAS_EFFECT = declare(
    Flag(), FieldClass.BASIC, "Whether it changed the period: what comes after its end is kept, and changes nothing."
)
DUE_ON = declare(nullable(Day()), FieldClass.BASIC, "Its last day now; null where its length is not known.")


class PauseClock(Command):
    """A period's time stands still, from a day on that is not ahead; today unless told."""

    since: date | None = optional(SINCE, default=None)


class ResumeClock(Command):
    """A period runs on, from a day on that is not ahead; today unless told."""

    again: date | None = optional(AGAIN, default=None)


class ExtendClock(Command):
    """A period is extended by decision."""

    until: date = required(UNTIL)


class PausedClock(View):
    """A clock whose time stands still, unless that came too late."""

    id = ID
    status = declare(Code(("paused",)), FieldClass.BASIC, "That its time stands still, where that has an effect.")
    has_effect = HAS_EFFECT


class ResumedClock(View):
    """A clock that runs on, or longer."""

    id = ID
    due_on = DUE_ON
    has_effect = HAS_EFFECT


class FactOfDeadline(FactUsed):
    """A fact that a deadline follows from."""

    kind = KIND
    happened = HAPPENED
    learnt = LEARNT
    decided_by = DECIDED_BY
    stage = omittable(STAGE)
    outcome = omittable(OUTCOME)
    remedy = omittable(REMEDY)


class DeadlineExplanation(ExplainedDeadline):
    """Why a deadline of a case has its date, and what would change it."""

    facts = parts(FactOfDeadline)

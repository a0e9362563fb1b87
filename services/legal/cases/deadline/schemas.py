"""The commands and views of deadlines that are changed by a decision."""

from datetime import date

from shared.access.declarations import ID, declare, nullable, omittable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.casework.fact_schemas import DECIDED_BY, HAPPENED, KIND, LEARNT, OUTCOME, REMEDY, STAGE
from shared.deadlines import ExplainedDeadline, FactUsed
from shared.events.contract import Code, Day, Flag
from shared.http import Command, optional, required

SINCE = declare(Day(), FieldClass.BASIC, "The first day of the pause, today by default.")
AGAIN = declare(Day(), FieldClass.BASIC, "The day from which it runs on, today by default.")
UNTIL = declare(Day(), FieldClass.BASIC, "Its new last day.")
HAS_EFFECT = declare(
    Flag(), FieldClass.BASIC, "Whether it changed the period. A fact after its end is stored, and changes nothing."
)
DUE_ON = declare(nullable(Day()), FieldClass.BASIC, "Its last day now; null where its length is not known.")


class PauseClock(Command):
    """Pause a deadline from a day that is not in the future; today by default."""

    since: date | None = optional(SINCE, default=None)


class ResumeClock(Command):
    """Resume a deadline from a day that is not in the future; today by default."""

    again: date | None = optional(AGAIN, default=None)


class ExtendClock(Command):
    """Extend a deadline by a decision."""

    until: date = required(UNTIL)


class PausedClock(View):
    """A paused deadline, unless the pause came too late."""

    id = ID
    status = declare(Code(("paused",)), FieldClass.BASIC, "The effect of a pause, if there is one.")
    has_effect = HAS_EFFECT


class ResumedClock(View):
    """A resumed or extended deadline."""

    id = ID
    due_on = DUE_ON
    has_effect = HAS_EFFECT


class FactOfDeadline(FactUsed):
    """A fact from which a deadline follows."""

    kind = KIND
    happened = HAPPENED
    learnt = LEARNT
    decided_by = DECIDED_BY
    stage = omittable(STAGE)
    outcome = omittable(OUTCOME)
    remedy = omittable(REMEDY)


class DeadlineExplanation(ExplainedDeadline):
    """The explanation of a deadline's date, and of events that can change it."""

    facts = parts(FactOfDeadline)

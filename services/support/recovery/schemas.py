"""Recovery periods, as the case shows them."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes


class RecoveryPeriod(View):
    """A recovery period that intake keeps the clock of."""

    clock = declare(Reference(), FieldClass.BASIC, "The clock, at intake.")
    code = declare(Code(), FieldClass.BASIC, "Which period of the law it is.", example="GB.RECOVERY_MIN")
    due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day, where the length is known.")
    other_due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day by the other reading, where there is one.")
    state = declare(Code(codes("clock_state")), FieldClass.BASIC, "How far it is; a withdrawn one counts no more.")


class Recovery(View):
    """The recovery periods, and that support goes on after them."""

    periods = parts(RecoveryPeriod)
    support_continues = declare(Flag(), FieldClass.BASIC, "True: support ends with no period.")

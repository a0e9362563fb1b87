"""Steps on the official path, as the legal file shows them."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day, Flag, PartialDay


class IdentificationStep(View):
    """A step on the official path, as intake emitted it."""

    stage = declare(Code(), FieldClass.BASIC, "Which step.", example="presumed")
    outcome = declare(nullable(Code()), FieldClass.BASIC, "How it was decided.", example="positive")
    authority = declare(nullable(Code()), FieldClass.BASIC, "Who decides.", example="NL.POLICE")
    occurred_on = declare(nullable(PartialDay()), FieldClass.BASIC, "When it was, perhaps only a year or month.")
    received_on = declare(nullable(Day()), FieldClass.BASIC, "The day on which it was received.")
    made_elsewhere = declare(Flag(), FieldClass.BASIC, "Whether it was made elsewhere than at intake.")
    reconsidered = declare(nullable(Code()), FieldClass.BASIC, "What it says of an earlier decision.", example="upheld")

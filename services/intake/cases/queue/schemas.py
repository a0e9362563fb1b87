"""The views of a queue: what waits, in which case, and since when."""

from services.intake.facts.case_number.schemas import NUMBER
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import View, parts
from shared.events.contract import Code, Count, Day, Reference
from shared.http import paging
from shared.reference import codes


class QueueEntry(View):
    """An entry that waits for the reader."""

    kind = declare(Code(codes("queue_item")), None, "What waits.", example="erasure_to_examine")
    case = declare(
        nullable(Reference()), None, "The case; null where it is erased already, or where somebody is about to leave."
    )
    number = or_null(NUMBER)
    reference = declare(nullable(Reference()), None, "The request, consent, access, period or member of staff.")
    what = declare(nullable(Code(codes("due_item"))), None, "Of what is overdue: what it is.", example="period")
    code = declare(nullable(Code()), None, "Of a period or a need: which one.", example="GB.RG")
    state = declare(nullable(Code()), None, "Where it stands.", example="requested")
    since = declare(nullable(Day()), None, "Since when it waits.")
    due_on = declare(nullable(Day()), None, "The day on which it is due.")
    days_late = declare(Count(), None, "Days since then; 0 until it is overdue.", example=0)


class Queue(View):
    """A page of a queue, the most urgent first."""

    entries = parts(QueueEntry)
    next = paging.NEXT

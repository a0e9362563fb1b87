"""Tasks: their fields, each declared once, and what the case shows of them."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View
from shared.events.contract import Code, Day, Reference
from shared.reference import codes

TASK = declare(Reference(), FieldClass.BASIC, "The task.")
KIND = declare(Code(codes("support_task")), FieldClass.BASIC, "What has to be seen to.")
DUE_ON = declare(Day(), FieldClass.BASIC, "By which day.")


class Task(View):
    """Something to see to, as the case shows it."""

    id = TASK
    kind = KIND
    record = declare(Reference(), FieldClass.BASIC, "What it is about.")
    due_on = DUE_ON
    done_on = declare(nullable(Day()), FieldClass.BASIC, "When it was seen to; null: it is open.")

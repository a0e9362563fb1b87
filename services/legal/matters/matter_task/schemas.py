"""Tasks of matters: their fields, each declared once. No file shows them: they stand on the work list alone."""

from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.events.bounded import BoundedList
from shared.events.contract import Code, Day, Flag, Reference
from shared.reference import codes

_OURS = FieldClass.PRIVILEGED
#: As many as work on one matter.
MOST_MEMBERS = 100

TASK = declare(Reference(), _OURS, "The task; it names no matter.")
KIND = declare(Code(codes("matter_due")), _OURS, "What has to be seen to.")
DUE_ON = declare(nullable(Day()), _OURS, "By which day; null: now.")
UNCLEAR = declare(Flag(), _OURS, "Whether the day is not certain: then it is the earliest safe reading.", example=False)
MEMBERS = declare(
    BoundedList(Reference(), MOST_MEMBERS), _OURS, "For whom it is; to nobody else it is there.", staff=True
)

"""The events about awards: their state, never an amount."""

from typing import Final

from marshmallow import Schema

from services.legal.compensation.award.models import Award
from shared.access.declarations import declare, field_of
from shared.access.permissions import FieldClass
from shared.events.audience import by_code, inside
from shared.events.contract import EventType, Reference
from shared.events.openings import of_remedies

_AWARD: Final = declare(Reference(), FieldClass.BASIC, "The award.")


class AwardChanged(Schema):
    """The state of an award changed."""

    award = _AWARD
    remedy = field_of(Award.remedy)
    state = field_of(Award.state)


class AwardTaskSet(Schema):
    """A payment is expected or must be enforced, by a day if one is planned."""

    award = _AWARD
    remedy = field_of(Award.remedy)
    due_on = field_of(Award.next_on)


class AwardTaskDone(Schema):
    """The payment arrived or is not expected further."""

    award = _AWARD


_OF_ADVISERS: Final = inside("Tasks about money are internal work, and not shared.")
EVENTS = (
    EventType(
        "award.changed",
        AwardChanged,
        "justice",
        "An award for a remedy became final, is being collected, was paid in part or in full, or was lost.",
        audience=by_code("remedy", of_remedies("award.changed")),
    ),
    EventType(
        "award_task.set",
        AwardTaskSet,
        "justice",
        "A payment of an award is expected. A repeat corrects the day of the next check.",
        audience=_OF_ADVISERS,
    ),
    EventType(
        "award_task.done",
        AwardTaskDone,
        "justice",
        "The payment has arrived, or is no longer expected.",
        audience=_OF_ADVISERS,
    ),
)

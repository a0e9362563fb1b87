"""The events about awards: their state, never an amount."""

from typing import Final

from marshmallow import Schema

from services.legal.compensation.award.models import Award
from shared.access.declarations import declare, field_of
from shared.access.permissions import FieldClass
from shared.events.audience import inside, person
from shared.events.contract import EventType, Reference
from shared.events.openings import AWARD

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


_OF_ADVISERS: Final = inside("What has to be done about money is the work of those who are here.")
EVENTS = (
    EventType(
        "award.changed",
        AwardChanged,
        "justice",
        "What was awarded for a remedy has become final, is collected, paid in part or whole, or is lost.",
        audience=person(AWARD),
    ),
    EventType(
        "award_task.set",
        AwardTaskSet,
        "justice",
        "Money of an award is to come; again, it puts the day right on which somebody sees to it.",
        audience=_OF_ADVISERS,
    ),
    EventType(
        "award_task.done",
        AwardTaskDone,
        "justice",
        "The money has come, or nobody waits for it any more.",
        audience=_OF_ADVISERS,
    ),
)

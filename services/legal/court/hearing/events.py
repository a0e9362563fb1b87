"""The events about hearings: what support has to do for one, and nothing of what it is."""

from typing import Final

from marshmallow import Schema

from services.legal.court.hearing import schemas
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.audience import inside
from shared.events.contract import Code, Day, EventType, Reference

#: Of health, as what is given and needed is: an adviser who is kept apart from the matter is shown nothing of it.
_HEALTH: Final = FieldClass.HEALTH


class HearingHelpSet(Schema):
    """Somebody is needed, for what and on which day; neither hearing, matter nor court."""

    help = declare(Reference(), _HEALTH, "What is needed, by an id of its own.")
    arrangement = declare(Code(schemas.BY_SUPPORT, of="hearing_arrangement"), _HEALTH, "What has to be arranged.")
    needed_on = declare(Day(), _HEALTH, "The day on which it has to be there.")


class HearingHelpDone(Schema):
    """It is arranged, or there is no need any more."""

    help = declare(Reference(), _HEALTH, "What was needed.")


_OF_WORKERS: Final = inside("What workers have to arrange is for those who work here.")
EVENTS = (
    EventType(
        "hearing_help.set",
        HearingHelpSet,
        "justice",
        "Support has something to arrange for a day; again, it puts the day right.",
        audience=_OF_WORKERS,
    ),
    EventType(
        "hearing_help.done",
        HearingHelpDone,
        "justice",
        "That is arranged, or there is no need any more.",
        audience=_OF_WORKERS,
    ),
)

"""The events about help at hearings: the help that support must arrange, without the hearing."""

from typing import Final

from marshmallow import Schema

from services.legal.court.hearing import schemas
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.events.audience import inside
from shared.events.contract import Code, Day, EventType, Reference

#: Health data, like needs and services: an adviser with a barrier to the matter sees none of it.
_HEALTH: Final = FieldClass.HEALTH


class HearingHelpSet(Schema):
    """Help is needed on a day; without the hearing, the matter or the court."""

    help = declare(Reference(), _HEALTH, "The id of the need.")
    arrangement = declare(
        Code(schemas.BY_SUPPORT, of="hearing_arrangement"), _HEALTH, "The arrangement that is needed."
    )
    needed_on = declare(Day(), _HEALTH, "The day on which it has to be there.")


class HearingHelpDone(Schema):
    """The help is arranged or not needed further."""

    help = declare(Reference(), _HEALTH, "What was needed.")


_OF_WORKERS: Final = inside("Arrangements are internal work, and not shared.")
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
        "The arrangement is made, or no longer needed.",
        audience=_OF_WORKERS,
    ),
)

"""Entitlements: their fields, each declared once, and what is recorded and shown of them."""

from datetime import date
from typing import Final

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT
ENTITLEMENT = declare(Code(codes("entitlement")), _ACCOUNT, "What the person may have.", example="GB.MOVE_ON_SUPPORT")
STARTED_ON = declare(Day(), _ACCOUNT, "Its first day, today by default.")
ENDS_ON = declare(
    nullable(Day()),
    _ACCOUNT,
    "Its last day, as it was decided; null: by the days of the profile, if any. Of a birthday its month is kept.",
)
ASKED_ON = declare(Day(), _ACCOUNT, "The day on which somebody asked for longer, today by default.")
ENDED_ON = declare(Day(), _ACCOUNT, "The day on which it ended, today by default.")


class RecordEntitlement(Timed):
    """Something that the person may have began."""

    entitlement: str = required(ENTITLEMENT)
    started_on: date | None = optional(STARTED_ON, default=None)
    ends_on: date | None = optional(ENDS_ON, default=None)


class AskForLonger(Command):
    """Somebody asked for it to be prolonged."""

    asked_on: date | None = optional(ASKED_ON, default=None)


class ProlongEntitlement(Command):
    """It was prolonged, to another last day."""

    ends_on: date = required(declare(Day(), _ACCOUNT, "Its last day from now on."))


class EndEntitlement(Command):
    """It ended; only a person says so."""

    ended_on: date | None = optional(ENDED_ON, default=None)


class CorrectEntitlement(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    started_on: date | None = optional(STARTED_ON, default=None)
    ends_on: date | None = optional(ENDS_ON, default=None)
    asked_on: date | None = optional(ASKED_ON, default=None)
    ended_on: date | None = optional(ENDED_ON, default=None)


class Entitlement(RecordView):
    """What the person has, until when, and what comes next."""

    id = declare(Reference(), _ACCOUNT, "The record.")
    of_profile = ENTITLEMENT
    started_on = STARTED_ON
    ends_on = declare(nullable(Day()), _ACCOUNT, "Its last day; null: no day is known. Nothing ends by itself on it.")
    kind = declare(Code(codes("entitlement_kind")), _ACCOUNT, "Whether it lasts at least or at most so long.")
    ends_with = declare(Code(codes("entitlement_end")), _ACCOUNT, "Until when it holds.")
    prolonged_by = declare(nullable(Code(codes("entitlement_prolonging"))), _ACCOUNT, "What makes it longer.")
    ask_by = declare(nullable(Day()), _ACCOUNT, "By which day to ask for longer.")
    asked_on = or_null(ASKED_ON)
    then = declare(Codes(codes("entitlement")), _ACCOUNT, "What may come next.", example=[])
    unsure = declare(Flag(), _ACCOUNT, "Whether somebody should check what the profile says of it.")
    ended_on = or_null(ENDED_ON)

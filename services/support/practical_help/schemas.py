"""Practical help: its fields, each declared once, and what is recorded and shown of it."""

from datetime import date
from typing import Final

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Count, Day, Reference
from shared.http import Command, optional, required
from shared.reference import codes

_ACCOUNT: Final = FieldClass.ACCOUNT
HELP = declare(Reference(), _ACCOUNT, "The practical help.")
SERVICE_TYPE = declare(Code(codes("service_type")), _ACCOUNT, "With what.")
STATE = declare(Code(codes("help_state")), _ACCOUNT, "How far it is.")
ASKED_ON = declare(Day(), _ACCOUNT, "The day on which it was asked for, today by default.")
NEEDED_BY = declare(nullable(Day()), _ACCOUNT, "By which day it is needed.")
TRIES = declare(Count(), _ACCOUNT, "How often it was tried.", example=1)
BECAUSE = declare(nullable(Code(codes("help_refusal"))), _ACCOUNT, "Why it was not given.")
DAYS = declare(Count(), _ACCOUNT, "For how many days they have waited.", example=3)


class AskForHelp(Timed):
    """Something practical that the person asks for."""

    service_type: str = required(SERVICE_TYPE)
    asked_on: date | None = optional(ASKED_ON, default=None)
    needed_by: date | None = optional(NEEDED_BY, default=None)


class ProgressHelp(Command):
    """What became of it."""

    state: str = required(STATE)
    not_given_because: str | None = optional(BECAUSE, default=None)


class CorrectHelp(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    service_type: str | None = optional(SERVICE_TYPE, default=None)
    asked_on: date | None = optional(ASKED_ON, default=None)


class PracticalHelp(RecordView):
    """Practical help as the case shows it."""

    id = HELP
    service_type = SERVICE_TYPE
    state = STATE
    asked_on = ASKED_ON
    needed_by = NEEDED_BY
    tries = TRIES
    not_given_because = BECAUSE
    ended_on = declare(nullable(Day()), _ACCOUNT, "When it was given, or given up; null: it is open.")


class Waiting(View):
    """Practical help that waits, in one of the reader's cases."""

    id = HELP
    case = declare(Reference(), _ACCOUNT, "The case.")
    service_type = SERVICE_TYPE
    state = STATE
    asked_on = ASKED_ON
    needed_by = NEEDED_BY
    days = DAYS


class HelpQueue(View):
    """What waits in the reader's cases, at most 200: what is needed first, then what has waited longest."""

    waiting = parts(Waiting)

"""The commands and views of practical help. Most fields are declared on their columns (`models`)."""

from datetime import date
from typing import Final

from services.support.case.schemas import CorrectTimed, Timed
from services.support.practical_help import models
from shared.access.declarations import declare
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Count, Reference
from shared.http import Command, optional, required

_ACCOUNT: Final = FieldClass.ACCOUNT
DAYS = declare(Count(), _ACCOUNT, "For how many days they have waited.", example=3)


class AskForHelp(Timed):
    """Something practical that the person asks for."""

    service_type: str = required(models.PracticalHelp.service_type)
    asked_on: date | None = optional(models.PracticalHelp.asked_on, default=None)
    needed_by: date | None = optional(models.PracticalHelp.needed_by, default=None)


class ProgressHelp(Command):
    """What became of it."""

    state: str = required(models.PracticalHelp.state)
    not_given_because: str | None = optional(models.PracticalHelp.not_given_because, default=None)


class CorrectHelp(CorrectTimed):
    """What is so instead; what is left out stays as it is."""

    service_type: str | None = optional(models.PracticalHelp.service_type, default=None)
    asked_on: date | None = optional(models.PracticalHelp.asked_on, default=None)


class PracticalHelp(View, of=models.PracticalHelp):
    """Practical help as the case shows it."""


class Waiting(View):
    """Practical help that waits, in one of the reader's cases."""

    id = models.PracticalHelp.id
    case = declare(Reference(), _ACCOUNT, "The case.")
    service_type = models.PracticalHelp.service_type
    state = models.PracticalHelp.state
    asked_on = models.PracticalHelp.asked_on
    needed_by = models.PracticalHelp.needed_by
    days = DAYS


class HelpQueue(View):
    """What waits in the reader's cases, at most 200: what is needed first, then what has waited longest."""

    waiting = parts(Waiting)

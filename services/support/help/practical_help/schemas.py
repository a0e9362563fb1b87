"""The commands and views of practical help. Most fields are declared on their columns (`models`)."""

from datetime import date
from typing import Final

from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.help.practical_help import models
from shared.access.declarations import declare, not_null
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Count, Reference
from shared.http import Command, optional, required

_ACCOUNT: Final = FieldClass.ACCOUNT
DAYS = declare(Count(), _ACCOUNT, "For how many days they have waited.", example=3)


class AskForHelp(Timed):
    """Record the person's request for practical help."""

    service_type: str = required(models.PracticalHelp.service_type)
    asked_on: date | None = optional(models.PracticalHelp.asked_on, default=None)
    needed_by: date | None = optional(models.PracticalHelp.needed_by, default=None)


class ProgressHelp(Command):
    """Record the progress of practical help."""

    state: str = required(models.PracticalHelp.state)
    not_given_because: str | None = optional(models.PracticalHelp.not_given_because, default=None)
    ended_on: date | None = optional(not_null(models.PracticalHelp.ended_on), default=None)


class CorrectHelp(CorrectTimed):
    """Correct practical help. Omitted values stay unchanged."""

    service_type: str | None = optional(models.PracticalHelp.service_type, default=None)
    asked_on: date | None = optional(models.PracticalHelp.asked_on, default=None)
    ended_on: date | None = optional(not_null(models.PracticalHelp.ended_on), default=None)


class PracticalHelp(View, of=models.PracticalHelp):
    """Practical help in the support file."""


class Waiting(View):
    """Practical help that waits in one of the reader's cases."""

    id = models.PracticalHelp.id
    case = declare(Reference(), _ACCOUNT, "The case.")
    service_type = models.PracticalHelp.service_type
    state = models.PracticalHelp.state
    asked_on = models.PracticalHelp.asked_on
    needed_by = models.PracticalHelp.needed_by
    days = DAYS


class HelpQueue(View):
    """Help that waits in the reader's cases, at most 200: the earliest needed day first, then the longest wait."""

    waiting = parts(Waiting)

"""The commands and views of counselling aims. Sealed fields are declared here, others on their columns (`models`)."""

from datetime import date
from typing import Final
from uuid import UUID

from services.support.cases.case.models import SCORES
from services.support.cases.case.schemas import CorrectTimed, Timed
from services.support.counselling.aim.models import Aim
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Day
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

_SEALED: Final = FieldClass.PRIVILEGED

CODE = declare(Code(codes("counselling_aim")), _SEALED, "The person's goals for counselling.", category=SCORES)
WORDS = declare(
    nullable(Words(1_000)), _SEALED, "The same in their words, if they want.", category=SCORES, example="Fictitious."
)
HOW_IT_GOES = declare(Code(codes("aim_progress")), _SEALED, "How it goes, as they say.", category=SCORES)
SAID_WORDS = declare(
    nullable(Words(1_000)), _SEALED, "How it goes, in their words.", category=SCORES, example="Fictitious."
)
SAID_ON = declare(Day(), _SEALED, "The day on which they said so, today by default.", category=SCORES)


class StateAim(Timed):
    """State an aim of the person in counselling."""

    aim: str = required(CODE)
    words: str | None = optional(WORDS, default=None)
    course: UUID | None = optional(Aim.course, default=None)
    stated_on: date | None = optional(Aim.stated_on, default=None)


class SayProgress(Command):
    """State the progress of an aim, in the person's view."""

    how_it_goes: str = required(HOW_IT_GOES)
    words: str | None = optional(SAID_WORDS, default=None)
    said_on: date | None = optional(SAID_ON, default=None)


class CorrectAim(CorrectTimed):
    """Correct an aim. Omitted values stay unchanged."""

    aim: str | None = optional(CODE, default=None)
    words: str | None = optional(WORDS, default=None)
    stated_on: date | None = optional(Aim.stated_on, default=None)


class AimProgress(View):
    """How it went with an aim on a day, in the person's view."""

    how_it_goes = HOW_IT_GOES
    words = SAID_WORDS
    said_on = SAID_ON


class CounsellingAim(View, of=Aim):
    """An aim in the support file."""

    aim = CODE
    words = WORDS
    progress = parts(AimProgress)

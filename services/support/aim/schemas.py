"""Aims: their fields, each declared once, and what is recorded and shown of them. No figure has a field."""

from datetime import date
from typing import Final
from uuid import UUID

from services.support.case.schemas import CorrectTimed, RecordView, Timed
from shared.access.declarations import declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import View, parts
from shared.events.contract import Code, Day, Reference
from shared.http import Command, optional, required
from shared.http.words import Words
from shared.reference import codes

_SEALED: Final = FieldClass.PRIVILEGED
_CATEGORY: Final = "psychological_scores"

AIM = declare(Reference(), FieldClass.HEALTH, "The aim.")
COURSE = declare(nullable(Reference()), FieldClass.HEALTH, "Of which course; null: before there is one, or of several.")
STATED_ON = declare(Day(), FieldClass.HEALTH, "The day on which they said so, today by default.")
CODE = declare(Code(codes("counselling_aim")), _SEALED, "What they want of counselling.", category=_CATEGORY)
WORDS = declare(
    nullable(Words(1_000)), _SEALED, "The same in their words, if they want.", category=_CATEGORY, example="Fictitious."
)
HOW_IT_GOES = declare(Code(codes("aim_progress")), _SEALED, "How it goes, as they say.", category=_CATEGORY)
SAID_WORDS = declare(
    nullable(Words(1_000)), _SEALED, "How it goes, in their words.", category=_CATEGORY, example="Fictitious."
)
SAID_ON = declare(Day(), _SEALED, "The day on which they said so, today by default.", category=_CATEGORY)


class StateAim(Timed):
    """Something that the person wants of counselling."""

    aim: str = required(CODE)
    words: str | None = optional(WORDS, default=None)
    course: UUID | None = optional(COURSE, default=None)
    stated_on: date | None = optional(STATED_ON, default=None)


class SayProgress(Command):
    """How it goes with an aim, as the person says."""

    how_it_goes: str = required(HOW_IT_GOES)
    words: str | None = optional(SAID_WORDS, default=None)
    said_on: date | None = optional(SAID_ON, default=None)


class CorrectAim(CorrectTimed):
    """What is so of an aim instead; what is left out stays as it is."""

    aim: str | None = optional(CODE, default=None)
    words: str | None = optional(WORDS, default=None)
    stated_on: date | None = optional(STATED_ON, default=None)


class AimProgress(View):
    """How it went with an aim on a day, as the person said."""

    how_it_goes = HOW_IT_GOES
    words = SAID_WORDS
    said_on = SAID_ON


class CounsellingAim(RecordView):
    """An aim as the case shows it."""

    id = AIM
    course = COURSE
    stated_on = STATED_ON
    aim = CODE
    words = WORDS
    progress = parts(AimProgress)

"""The commands and views of hearings. Most fields are declared on their columns (`models`)."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.court.hearing import rules
from services.legal.court.hearing.models import Hearing, HearingMeasure, HearingStep
from services.legal.matters.matter_file.models import OURS
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Flag
from shared.http import Command, optional, required
from shared.reference import codes

#: The states that a caseworker enters. `set` and `moved` follow from other commands.
_ENDED = tuple(code for code in codes("hearing_state") if code not in ("set", "moved"))
ENDED = declare(Code(_ENDED, of="hearing_state"), OURS, "What became of it.", example="held")
CORRECTED_STATE = declare(
    nullable(Code(("set", *_ENDED), of="hearing_state")), OURS, "What is so instead: it is ahead after all, or is over."
)
#: The arrangements that support makes.
BY_SUPPORT = tuple(code for code in codes("hearing_arrangement") if code in rules.BY_SUPPORT)


class SetHearing(Command):
    """There is a hearing, on a day."""

    kind: str = required(Hearing.kind)
    held_on: date = required(Hearing.held_on)
    proceeding: UUID | None = optional(Hearing.proceeding, default=None)
    mode: str = optional(Hearing.mode, default="unknown")
    wanted: list[str] | None = optional(Hearing.wanted, default=None)


class MoveHearing(Command):
    """It is on another day now."""

    held_on: date = required(Hearing.held_on)


class EndHearing(Command):
    """What became of it."""

    state: str = required(ENDED)


class PrepareHearing(Command):
    """What the person needs there, and what is arranged, all of it as it stands now."""

    wanted: list[str] | None = required(Hearing.wanted)
    arranged: list[str] = required(Hearing.arranged)
    mode: str = required(Hearing.mode)
    statement: str = required(Hearing.statement)
    interpreter_language: str | None = optional(Hearing.interpreter_language, default=None)
    no_contact_from: date | None = optional(Hearing.no_contact_from, default=None)
    no_contact_until: date | None = optional(Hearing.no_contact_until, default=None)


class RecordMeasure(Command):
    """A measure was asked for, granted, refused or used."""

    measure: str = required(HearingMeasure.measure)
    state: str = required(HearingMeasure.state)
    wish: str = required(HearingMeasure.wish)
    happened_on: date | None = optional(HearingMeasure.happened_on, default=None)


class CorrectHearing(Correct):
    """What is so instead; what is left out, or null, stays. A hearing that was moved is moved, and not put right."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "held_on": "2026-03-02"}

    kind: str | None = optional(or_null(Hearing.kind), default=None)
    held_on: date | None = optional(or_null(Hearing.held_on), default=None)
    state: str | None = optional(CORRECTED_STATE, default=None)


class CorrectMeasure(Correct):
    """Which measure it was instead, what became of it, or when."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    measure: str | None = optional(or_null(HearingMeasure.measure), default=None)
    state: str | None = optional(or_null(HearingMeasure.state), default=None)
    wish: str | None = optional(or_null(HearingMeasure.wish), default=None)
    happened_on: date | None = optional(or_null(HearingMeasure.happened_on), default=None)


class MeasureAtHearing(View, of=HearingMeasure):
    """What became of a measure."""


class StepOfHearing(View, of=HearingStep):
    """That it moved, was held, or fell through."""


class ShownHearing(View, of=Hearing):
    """A hearing with what protects the person there."""

    is_ready = declare(Flag(), OURS, "Whether the person was asked, and all that they need is arranged and decided.")
    measures = parts(MeasureAtHearing)
    steps = parts(StepOfHearing)


class HearingList(CaseView):
    """The hearings of a matter, the first day first."""

    hearings = parts(ShownHearing)

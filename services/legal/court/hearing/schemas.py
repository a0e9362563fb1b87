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
ENDED = declare(Code(_ENDED, of="hearing_state"), OURS, "The outcome.", example="held")
CORRECTED_STATE = declare(
    nullable(Code(("set", *_ENDED), of="hearing_state")), OURS, "The corrected state: in the future, or over."
)
#: The arrangements that support makes.
BY_SUPPORT = tuple(code for code in codes("hearing_arrangement") if code in rules.BY_SUPPORT)


class SetHearing(Command):
    """Record a hearing."""

    kind: str = required(Hearing.kind)
    held_on: date = required(Hearing.held_on)
    proceeding: UUID | None = optional(Hearing.proceeding, default=None)
    mode: str = optional(Hearing.mode, default="unknown")
    wanted: list[str] | None = optional(Hearing.wanted, default=None)


class MoveHearing(Command):
    """Move a hearing to another day."""

    held_on: date = required(Hearing.held_on)


class EndHearing(Command):
    """Record the outcome of a hearing."""

    state: str = required(ENDED)


class PrepareHearing(Command):
    """Record the person's needs at a hearing and all current arrangements."""

    wanted: list[str] | None = required(Hearing.wanted)
    arranged: list[str] = required(Hearing.arranged)
    mode: str = required(Hearing.mode)
    statement: str = required(Hearing.statement)
    interpreter_language: str | None = optional(Hearing.interpreter_language, default=None)
    no_contact_from: date | None = optional(Hearing.no_contact_from, default=None)
    no_contact_until: date | None = optional(Hearing.no_contact_until, default=None)


class RecordMeasure(Command):
    """Record that a measure was requested, granted, refused or used."""

    measure: str = required(HearingMeasure.measure)
    state: str = required(HearingMeasure.state)
    wish: str = required(HearingMeasure.wish)
    happened_on: date | None = optional(HearingMeasure.happened_on, default=None)


class CorrectHearing(Correct):
    """Correct a hearing; omitted or null fields stay unchanged. Use a move, not a correction, for a new day."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "held_on": "2026-03-02"}

    kind: str | None = optional(or_null(Hearing.kind), default=None)
    held_on: date | None = optional(or_null(Hearing.held_on), default=None)
    state: str | None = optional(CORRECTED_STATE, default=None)


class CorrectMeasure(Correct):
    """Correct the measure, its state or its day."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    measure: str | None = optional(or_null(HearingMeasure.measure), default=None)
    state: str | None = optional(or_null(HearingMeasure.state), default=None)
    wish: str | None = optional(or_null(HearingMeasure.wish), default=None)
    happened_on: date | None = optional(or_null(HearingMeasure.happened_on), default=None)


class MeasureAtHearing(View, of=HearingMeasure):
    """The state of a measure on a day."""


class StepOfHearing(View, of=HearingStep):
    """A change of a hearing: it moved, was held or was cancelled."""


class ShownHearing(View, of=Hearing):
    """A hearing with its protective measures."""

    is_ready = declare(Flag(), OURS, "Whether the person was asked, and all that they need is arranged and decided.")
    measures = parts(MeasureAtHearing)
    steps = parts(StepOfHearing)


class HearingList(CaseView):
    """The hearings of a matter, earliest first."""

    hearings = parts(ShownHearing)

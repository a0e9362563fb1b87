"""Hearings: their fields, each declared once, and what is recorded and shown of them."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from services.legal.hearing import rules
from services.legal.matter_file.schemas import HAPPENED_ON, OURS, RECORDED_BY, REVISION, TAKEN_BACK_AT
from shared.access.declarations import declare, nullable, or_null
from shared.access.views import CaseView, View, parts
from shared.casework.corrections import Correct
from shared.events.contract import Code, Codes, Day, Flag, Reference
from shared.http import Command, optional, required
from shared.reference import codes

HEARING = declare(Reference(), OURS, "The hearing.")
PROCEEDING = declare(nullable(Reference()), OURS, "In which proceedings; null: in none that are recorded.")
KIND = declare(Code(codes("hearing_type")), OURS, "What kind of session it is.")
HELD_ON = declare(Day(), OURS, "Its day.")
MODE = declare(Code(codes("hearing_mode")), OURS, "Whether the person is there, or takes part from elsewhere.")
STATE = declare(Code(codes("hearing_state")), OURS, "Whether it is ahead, was held, or fell through.")
#: What somebody records of it: that it is set follows from the record, and that it moved from its new day.
_ENDED = tuple(code for code in codes("hearing_state") if code not in ("set", "moved"))
ENDED = declare(Code(_ENDED, of="hearing_state"), OURS, "What became of it.", example="held")
CORRECTED_STATE = declare(
    nullable(Code(("set", *_ENDED), of="hearing_state")), OURS, "What is so instead: it is ahead after all, or is over."
)
WANTED = declare(nullable(Codes(codes("hearing_arrangement"))), OURS, "What the person needs; null: nobody has asked.")
ARRANGED = declare(Codes(codes("hearing_arrangement")), OURS, "What of that is arranged.")
#: What of that support does.
BY_SUPPORT = tuple(code for code in codes("hearing_arrangement") if code in rules.BY_SUPPORT)
INTERPRETER_LANGUAGE = declare(
    nullable(Code(codes("language"))), OURS, "The language, or dialect, that the interpreter speaks.", example="acm"
)
STATEMENT = declare(Code(codes("hearing_statement")), OURS, "Whether the person wants to make a statement there.")
NO_CONTACT_FROM = declare(nullable(Day()), OURS, "From which day on the police do not contact the person.")
NO_CONTACT_UNTIL = declare(nullable(Day()), OURS, "Until which day.")
MEASURE = declare(Code(codes("special_measure")), OURS, "Which measure protects the person there.")
MEASURE_STATE = declare(Code(codes("measure_state")), OURS, "Whether it was asked for, granted, refused or used.")
WISH = declare(Code(codes("measure_wish")), OURS, "Whether the person wants it.")
IS_READY = declare(Flag(), OURS, "Whether the person was asked, and all that they need is arranged and decided.")
WAS_ON = declare(Day(), OURS, "Its day before.")


class SetHearing(Command):
    """There is a hearing, on a day."""

    kind: str = required(KIND)
    held_on: date = required(HELD_ON)
    proceeding: UUID | None = optional(PROCEEDING, default=None)
    mode: str = optional(MODE, default="unknown")
    wanted: list[str] | None = optional(WANTED, default=None)


class MoveHearing(Command):
    """It is on another day now."""

    held_on: date = required(HELD_ON)


class EndHearing(Command):
    """What became of it."""

    state: str = required(ENDED)


class PrepareHearing(Command):
    """What the person needs there, and what is arranged, all of it as it stands now."""

    wanted: list[str] | None = required(WANTED)
    arranged: list[str] = required(ARRANGED)
    mode: str = required(MODE)
    statement: str = required(STATEMENT)
    interpreter_language: str | None = optional(INTERPRETER_LANGUAGE, default=None)
    no_contact_from: date | None = optional(NO_CONTACT_FROM, default=None)
    no_contact_until: date | None = optional(NO_CONTACT_UNTIL, default=None)


class RecordMeasure(Command):
    """A measure was asked for, granted, refused or used."""

    measure: str = required(MEASURE)
    state: str = required(MEASURE_STATE)
    wish: str = required(WISH)
    happened_on: date | None = optional(HAPPENED_ON, default=None)


class CorrectHearing(Correct):
    """What is so instead; what is left out, or null, stays. A hearing that was moved is moved, and not put right."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "held_on": "2026-03-02"}

    kind: str | None = optional(or_null(KIND), default=None)
    held_on: date | None = optional(or_null(HELD_ON), default=None)
    state: str | None = optional(CORRECTED_STATE, default=None)


class CorrectMeasure(Correct):
    """Which measure it was instead, what became of it, or when."""

    sample: ClassVar[Mapping[str, object]] = {"reason": "wrong_date", "happened_on": "2026-03-02"}

    measure: str | None = optional(or_null(MEASURE), default=None)
    state: str | None = optional(or_null(MEASURE_STATE), default=None)
    wish: str | None = optional(or_null(WISH), default=None)
    happened_on: date | None = optional(or_null(HAPPENED_ON), default=None)


class MeasureAtHearing(View):
    """What became of a measure."""

    id = declare(Reference(), OURS, "The entry.")
    measure = MEASURE
    state = MEASURE_STATE
    wish = WISH
    happened_on = HAPPENED_ON
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class StepOfHearing(View):
    """That it moved, was held, or fell through."""

    id = declare(Reference(), OURS, "The step.")
    state = STATE
    held_on = HELD_ON
    was_on = WAS_ON
    recorded_by = RECORDED_BY


class ShownHearing(View):
    """A hearing with what protects the person there."""

    id = HEARING
    proceeding = PROCEEDING
    kind = KIND
    held_on = HELD_ON
    mode = MODE
    state = STATE
    wanted = WANTED
    arranged = ARRANGED
    statement = STATEMENT
    interpreter_language = INTERPRETER_LANGUAGE
    no_contact_from = NO_CONTACT_FROM
    no_contact_until = NO_CONTACT_UNTIL
    is_ready = IS_READY
    measures = parts(MeasureAtHearing)
    steps = parts(StepOfHearing)
    recorded_by = RECORDED_BY
    revision = REVISION
    taken_back_at = TAKEN_BACK_AT


class HearingList(CaseView):
    """The hearings of a matter, the first day first."""

    hearings = parts(ShownHearing)

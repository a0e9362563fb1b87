"""Clocks as they are shown."""

import dataclasses
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from marshmallow import fields
from sqlalchemy.orm import Session

from shared.access.declarations import ID, declare, nullable
from shared.access.permissions import FieldClass
from shared.access.views import Sentence, View, written
from shared.deadlines.derivation import (
    DOUBTFUL,
    ENDED,
    MET,
    MISSED,
    OVER,
    PASSED,
    PAUSED,
    REACHED,
    RESTING,
    UNDATED,
    WITHDRAWN,
    question,
)
from shared.deadlines.states import DeadlineState, all_of, state_of
from shared.events.contract import Code, Codes, Count, Day, Flag, Instant, Reference
from shared.events.kinds import BoundedList
from shared.reference import codes
from shared.store.database import NamedRow

_LATE = "ordinary limit passed, late filing possible"
_SAYS = {
    REACHED: "reached; nothing ends automatically",
    MISSED: "the authority is late",
    PASSED: "ordinary limit passed; ask someone who knows this law what is still possible",
    PAUSED: "paused",
    WITHDRAWN: "its start was recorded by mistake; the period is no more valid",
    RESTING: "replaced by another period of the same kind",
    UNDATED: "no date can be given yet; see what it waits for, and ask someone who knows this law",
    DOUBTFUL: "passed under one interpretation, and not under another; act as if today were the last day",
    ENDED: "closed by a person, or because the protection has ended",
}
_EACH_ACT = "the limit has passed for the first act, and not for the last act; each day it can pass for another act"
_MET: Final = {
    "yes": "met, in time",
    "no": "met, after its time",
    "unknown": "met; a day is not known, so it is not known whether this was in time",
}


class Deadline(View):
    """A legal period that runs for a case, or has run."""

    id = ID
    code = declare(Code(), FieldClass.BASIC, "Which period of the law it is.", example="NL.REFLECTION")
    kind = declare(Code(sorted(OVER)), FieldClass.BASIC, "What its end means.")
    state = declare(Code(), FieldClass.BASIC, "How far it is.", example="running")
    says = declare(Sentence(), FieldClass.BASIC, "What the state means for the person.", example="")
    jurisdiction = declare(Code(), FieldClass.BASIC, "Whose law it is of.", example="NL")
    began = declare(fields.String(), FieldClass.BASIC, "When it began, as far as is known.", example="2026-03")
    began_on = declare(nullable(Day()), FieldClass.BASIC, "The first day that this can mean; null: not known.")
    due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day; null: its length is not known.")
    due_at = declare(
        nullable(Instant()), FieldClass.BASIC, "Its end, if the law counts hours; null: its last day counts whole."
    )
    other_due_on = declare(nullable(Day()), FieldClass.BASIC, "Its last day by the reading furthest from that.")
    birthday = declare(
        nullable(Count()),
        FieldClass.BASIC,
        "It ends on this birthday, and the days above bound its month; the day is shown to who may read the birth.",
        example=20,
    )
    in_time = declare(nullable(Code(codes("met_in_time"))), FieldClass.BASIC, "Of one that was met: whether in time.")
    certainty = declare(Code(codes("clock_certainty")), FieldClass.BASIC, "How sure its day is, in one word.")
    doubts = declare(Codes(codes("clock_doubt")), FieldClass.BASIC, "What makes it unsure.")
    because = declare(
        BoundedList(Reference(), 100), FieldClass.BASIC, "The facts that it follows from, the starting one first."
    )
    paused_on = declare(nullable(Day()), FieldClass.BASIC, "The first day of the current pause.")
    late_filing_possible = declare(Flag(), FieldClass.BASIC, "Whether a late step may still be possible.")
    rule_version = declare(Code(), FieldClass.BASIC, "The first day in force of its rule.", example="2024-01-01")
    verify = declare(Flag(), FieldClass.BASIC, "Whether an expert in this law should check it.")
    check = declare(Code(codes("who_checks")), FieldClass.BASIC, "Who should check it.", example="lawyer")


def displayed(session: Session, subject: UUID) -> list[dict[str, object]]:
    """Return a subject's clocks as `Deadline` reads them, the earliest due first."""
    return [_displayed(period) for period in all_of(session, subject)]


def displayed_rows(rows: Iterable[NamedRow]) -> list[dict[str, object]]:
    """Return the clocks of these rows as `Deadline` reads them."""
    return [_displayed(state_of(row)) for row in rows]


def of_subject(session: Session, subject: UUID) -> list[dict[str, object]]:
    """Return a subject's clocks as JSON has them, the earliest due first."""
    return [written(Deadline, clock) for clock in displayed(session, subject)]


def _displayed(period: DeadlineState) -> dict[str, object]:
    late = period.state == PASSED and period.late_filing_possible
    is_by_act = period.state == DOUBTFUL and "each_act" in period.doubts and question(DOUBTFUL, period.doubts) is None
    columns = {column.name: getattr(period, column.name) for column in dataclasses.fields(period)}
    says = _MET.get(period.in_time or "", "") if period.state == MET else _SAYS.get(period.state, "")
    return columns | {"says": _LATE if late else _EACH_ACT if is_by_act else says}

"""The commands and views of legal periods: the extension of a case's period, and a calculation about no case."""

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Final

from marshmallow import fields, validate

from services.intake.path.identification.schemas.steps import JURISDICTION
from shared import deadlines
from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import Copied, View, part, parts
from shared.events.contract import Code, Codes, Day, Flag
from shared.http import Command, optional, required
from shared.reference import codes
from shared.reference.periods import MOMENT

DUE_ON = declare(Day(), FieldClass.BASIC, "The last day of the period.")
HAS_EFFECT = declare(
    Flag(), FieldClass.BASIC, "Whether it changed the period. A fact after its end is stored, and changes nothing."
)

_LONGEST_MOMENT: Final = len("2026-03-06T00:00:00.000000+00:00")
RULE = declare(Code(), None, "The rule of the jurisdiction, as its profile names it.", example="NL.OBJECTION")
_A_MOMENT: Final = [
    validate.Length(max=_LONGEST_MOMENT),
    validate.Regexp(
        re.compile(f"^{MOMENT}$"), error="is not a year, a month, a date, or an instant with its offset from UTC"
    ),
]
START = declare(
    fields.String(data_key="from", validate=_A_MOMENT),
    None,
    "When it began: a year, a month, a day, or an instant with its offset.",
    example="2026-03-06",
)
RECEIVED = declare(
    fields.String(validate=_A_MOMENT),
    None,
    "When what it is counted from was received, where that is another day.",
    example="2026-03-09",
)
_SOME_DAY: Final = "2026-04-07"
_SOME_INSTANT: Final = "2026-04-06T22:00:00Z"


class ExtendClock(Command):
    """The extension of a period by decision."""

    until: date = required(DUE_ON)


class CalculateDeadline(Command):
    """A period of the law, and when it began: a year, a month, a day, or an instant with its offset."""

    jurisdiction: str = required(JURISDICTION)
    rule: str = required(RULE)
    start: str = required(START)
    received: str | None = optional(RECEIVED, default=None)

    sample: ClassVar[Mapping[str, object]] = {"jurisdiction": "NL", "rule": "NL.OBJECTION", "from": "2026-03-06"}


class ExtendedClock(View):
    """The new last day of a period."""

    id = ID
    due_on = or_null(DUE_ON)
    has_effect = HAS_EFFECT


class SkippedDay(View):
    """A day on which a period can't end, and why."""

    date = declare(fields.String(), None, "The day.", example="2026-04-06")
    reason = declare(fields.String(), None, "Why a period can't end on it.", example="Easter Monday")


class OtherReading(View):
    """The result of the second reading of a rule."""

    due_on = declare(fields.String(), None, "The last day by it.", example=_SOME_DAY)
    wording = declare(nullable(fields.String()), None, "How it was counted.")
    why = declare(fields.String(), None, "Why the rule can be read so.")
    skipped = parts(SkippedDay)


class CountedWay(View):
    """One way to count a period, without a date if its length or start is unknown."""

    due_on = declare(nullable(fields.String()), None, "The last day by it; null: not known.", example=_SOME_DAY)
    due_at = declare(nullable(fields.String()), None, "The instant, of a period of hours.", example=_SOME_INSTANT)
    due_from = declare(nullable(fields.String()), None, "When its last day begins.", example=_SOME_INSTANT)
    over_from = declare(nullable(fields.String()), None, "When its last day is over.", example="2026-04-07T22:00:00Z")
    wording = declare(fields.String(), None, "How it was counted.", example="28 days")
    why = declare(fields.String(), None, "Why the rule can be read so; empty: it is the rule's own word.")
    doubts = declare(Codes(codes("clock_doubt")), None, "The value that distinguishes it from similar periods.")
    skipped = parts(SkippedDay)


class Past(View):
    """Since when a period is over, by all or some ways to count it."""

    first = declare(fields.String(), None, "Its last day by the way that ends first.", example=_SOME_DAY)
    on = declare(fields.String(), None, "Since when it is over.", example=_SOME_DAY)
    days_ago = declare(fields.Integer(), None, "How many days ago that was.", example=233)
    surely = declare(Flag(), None, "Whether it is over by every way to count it.")
    until = declare(nullable(fields.String()), None, "The last day by another way; null: none.", example=_SOME_DAY)
    says = declare(fields.String(), None, "The same in a sentence.", example="Passed on 2026-04-07, 233 days ago.")


class CalculatedDeadline(View):
    """A due date with its explanation, without a date if the length of the period is unknown."""

    jurisdiction = declare(Code(codes("jurisdiction")), None, "Whose law it is.")
    timezone = declare(fields.String(), None, "Where its days begin.", example="Europe/Amsterdam")
    start = declare(
        fields.String(attribute="from", data_key="from"), None, "When it began, as asked.", example="2026-03-06"
    )
    began_on = declare(fields.String(), None, "The local day from which it was counted.", example="2026-03-06")
    due_on = declare(nullable(fields.String()), None, "The last day; null: not known.", example=_SOME_DAY)
    due_at = declare(nullable(fields.String()), None, "The instant, of a period of hours.", example=_SOME_INSTANT)
    due_from = declare(nullable(fields.String()), None, "When its last day begins.", example=_SOME_INSTANT)
    over_from = declare(nullable(fields.String()), None, "When its last day is over.", example="2026-04-07T22:00:00Z")
    wording = declare(nullable(fields.String()), None, "How it was counted.")
    other = part(OtherReading)
    readings = parts(CountedWay)
    doubts = declare(Codes(codes("clock_doubt")), None, "The reasons why the date is uncertain.")
    doubts_in_words = declare(fields.List(fields.String()), None, "The same in sentences.")
    date_certainty = declare(Code(codes("clock_certainty")), None, "How sure the date is, in one word.")
    days_left = declare(nullable(fields.Integer()), None, "Days until it; null: no date is known.", example=12)
    past = part(Past)
    skipped = parts(SkippedDay)
    warns_on = declare(fields.List(fields.String()), None, "The local days on which to warn.", example=["2026-03-31"])
    meaning = declare(fields.String(), None, "The effect of the end of such a period for the person.")
    clock_of_a_case = declare(Flag(), None, "Whether a case's facts can start it.")
    rule = RULE
    kind = declare(Code(), None, "The effect of its end, as a code.", example="limitation")
    length = declare(nullable(fields.String()), None, "How long it is; null: not known.", example="6 weeks")
    version = declare(fields.String(), None, "The first day in force of this version.", example="2024-01-01")
    effective_to = declare(nullable(fields.String()), None, "The last day in force.", example="2030-12-31")
    late_filing_possible = declare(Flag(), None, "Whether a late step may still be possible.")
    extendable = declare(Flag(), None, "Whether it can be extended by decision.")
    pausable = declare(Flag(), None, "Whether it can be paused.")
    left_after_pause = declare(
        nullable(fields.String()), None, "The rest of the period after a pause.", example="2 weeks"
    )
    layer = declare(fields.String(), None, "Which law it is of.", example="national")
    source = declare(fields.String(), None, "The legal source.")
    certainty = declare(Code(codes("clock_certainty")), None, "How sure the reading of the law is, in one word.")
    check = declare(Code(codes("who_checks")), None, "The expert who should check it before use.")
    checked_by = declare(fields.String(), None, "The same in words.", example="a lawyer who knows this law")
    read_on = declare(nullable(fields.String()), None, "When the source was read; null: not.", example=_SOME_DAY)
    from_memory = declare(Flag(), None, "Whether it rests on what people know, and was not read.")
    verify = declare(Flag(), None, "Whether an expert in this law should check it.")
    note = declare(nullable(fields.String()), None, "Further notes on this answer.")


CLOCKS = parts(deadlines.Deadline, Copied("deadline"))

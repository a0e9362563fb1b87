"""The rules of a legal period: the facts that start and end it, and the ways in which it can be counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.reference.leaf import Leaf
from shared.reference.periods import Calendar, Length

ClockKind = Literal["minimum", "maximum", "target", "limitation"]
Keeper = Literal["intake", "legal"]
Duty = Literal["person", "authority", "state", "we"]
Repeat = Literal["each", "after_end", "once"]
Pick = Literal["first", "last"]
Effect = Literal["met", "ended"]
CountFrom = Literal["happened", "learnt"]
PauseCount = Literal["each", "first"]
Undated = Literal["awaited", "ask", "now"]
AudienceClass = Literal[
    "nobody",
    "decision_time",
    "challenge_time",
    "recovery",
    "recovery_by_residence",
    "limit",
    "limit_of_residence",
    "limit_of_wages",
    "voucher_time",
]
"""Which agencies receive the events of a period (`shared.events.openings`)."""

UNASKED: Final = "unasked"
"""In a trigger's codes: the fact does not say; nobody asked, or nobody knew."""
#: How a law reads a silence that a fact states: *not asked* is not stated, and *prefer not to say* is unknown.
_SILENCES: Final = {"not_asked": UNASKED, "prefer_not_to_say": "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Kinds of facts that limit a start whose own day is not recorded.

    The start is not earlier than the facts `not_before` and not later than the facts `not_after`. Without one of those
    the interval is open. `each_act`: each fact can also start the period alone, so the earliest date is counted from
    the first of them.
    """

    not_before: tuple[str, ...]
    not_after: tuple[str, ...]
    each_act: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Facts that start a period: of a kind, and with one of the codes named for each field.

    A fact that does not state a field has UNASKED there. `if_no`: it applies only while there is no fact of that kind.
    `undated`: it starts the period, but no day can be counted from it. *awaited*: the day is still to come (the final
    judgment). *ask*: a person can name the day, and it applies until one of the two facts names the other. *now*: the
    law sets no day, and the step can be too late on any day.
    `interval`: the facts that limit the start; they start the period too, and give it the dates that they allow.
    """

    fact: str
    where: Mapping[str, tuple[str, ...]]
    if_no: str | None = None
    undated: Undated | None = None
    interval: Interval | None = None

    def fits(self, kind: str, codes: Mapping[str, str]) -> bool:
        """Return whether a fact of this kind and with these codes is one of them."""
        said = {name: codes.get(name, UNASKED) for name in self.where}
        return kind == self.fact and all(
            said[name] in allowed or _SILENCES.get(said[name]) in allowed for name, allowed in self.where.items()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending(Trigger):
    """Facts that end a period: *met*, the awaited step was taken; *ended*, the protected situation ended.

    `same_stage`: the fact concerns only periods that a decision of the same stage started. A reconsideration has the
    stage of the decision that it reconsiders.
    """

    effect: Effect
    same_stage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Another way to read a rule that is not settled, and the reason.

    `length` None: not known. `calendar` None: the law's.

    `roll`: by this reading an end on a weekend or holiday moves, even if the rule itself does not allow it. `unread`:
    its source has not been read by us; it is used like any other reading, and its dates are unclear.
    """

    length: Length | None
    first_day: bool = False
    less_one_day: bool = False
    always_less: bool = False
    roll: bool = False
    calendar: Calendar | None = None
    unread: bool = False
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildWay:
    """A way to count for a person who was a child, in the order of the law.

    The first that surely applies is the last used.

    It counts to a birthday (`until_age`) if `fact` was before `before_age`. Otherwise it counts a `length` from a
    birthday (`from_age`) or from a fact (`from_fact`). A way without any of these has no date.
    """

    fact: str | None = None
    before_age: int | None = None
    until_age: int | None = None
    from_age: int | None = None
    from_fact: str | None = None
    length: Length | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The longest duration of a pause that begins on `effective_from` or later; None: on any earlier day too."""

    length: Length
    effective_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing:
    """Facts that stop the time of a period for a while.

    At least `left` remains after the pause. `at_most`: its longest duration, one entry per version of the law, oldest
    first. `still_open`: facts that show that it had not ended on their day. `count` *first*: of several pauses, only
    the first applies.
    """

    begins: str
    ends: str
    left: Length | None = None
    at_most: tuple[Cap, ...] = ()
    still_open: str | None = None
    count: PauseCount = "each"

    def cap_on(self, day: date) -> Length | None:
        """Return the longest duration of a pause that begins on a day; None: no limit is known."""
        caps = [cap.length for cap in self.at_most if cap.effective_from is None or cap.effective_from <= day]
        return caps[-1] if caps else None


@dataclass(frozen=True, kw_only=True)
class ClockRule(Leaf):
    """One version of a period.

    `kind`: reaching a *minimum* ends nothing; the step after a *maximum* is prepared before its end; a *target* binds
    the authority; a *limitation* binds the person, and after it late filing may be possible (`late_filing`: the rule
    has exceptions). `keeper`: the service that runs the clock; None: no clock of a case counts the period. `duty`: who
    has to act. `length` None: the length is not known, so there is no date. `first_day`, `less_one_day`, `roll`: see
    shared.reference.periods.count. `warn_days`: days before the due date. `extendable`: the rule allows an extension.
    `pausable`: its time can stop for a while, after which at least `left_after_pause` is left.

    `starts`, `ends`: the facts that start and end it. `repeat`: *each* start has its own period; *after_end*, a start
    while one runs begins no second one; *once*, one for the case, from the first or the last (`pick`) of its starts.
    `readings`: other ways to read the rule. `count_from`: the day of the fact, the day on which it was learnt, or
    both. `child`: how it is counted for a person who was a child. `pauses`: what stops its time. `forum`: the body that
    decides, if the period is the window for a challenge (shared.reference.challenges). `audience`: which agencies can
    receive its events; None: not stated, so none.
    """

    code: str
    kind: ClockKind
    keeper: Keeper | None
    length: Length | None
    first_day: bool
    less_one_day: bool
    roll: bool
    late_filing: bool
    warn_days: tuple[int, ...]
    extendable: bool
    pausable: bool
    left_after_pause: Length | None
    duty: Duty = "person"
    starts: tuple[Trigger, ...] = ()
    ends: tuple[Ending, ...] = ()
    repeat: Repeat = "each"
    pick: Pick = "first"
    readings: tuple[Reading, ...] = ()
    count_from: tuple[CountFrom, ...] = ("happened",)
    child: tuple[ChildWay, ...] = ()
    pauses: tuple[Pausing, ...] = ()
    forum: str | None = None
    audience: AudienceClass | None = None

    @property
    def own_reading(self) -> Reading:
        """Return the reading of the rule itself."""
        return Reading(
            length=self.length,
            first_day=self.first_day,
            less_one_day=self.less_one_day,
            roll=self.roll,
            why="",
        )

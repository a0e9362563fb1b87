"""The challenges of a profile's file: what a person can do against a decision, and until when.

A challenge is written in its own short shape and read as a period like any other: a limitation of the person that
starts with each decision. A challenge that is made meets it, and its own decision ends it. That decision can start the
next challenge.
"""

from collections.abc import Mapping
from typing import Final

from shared.reference.clock_rules import ClockRule, Ending
from shared.reference.clock_tables import (
    length_or_unknown,
    read_audience,
    read_count_from,
    read_ending,
    read_reading,
    read_trigger,
)
from shared.reference.errors import BrokenReference
from shared.reference.reading import Table, origin

MADE: Final = "challenge_made"
DECIDED: Final = "challenge_decided"
#: The code by which both facts name the challenge.
NAMED_BY: Final = "challenge"


def read_challenges(file: Table, layer: str) -> Mapping[str, tuple[ClockRule, ...]]:
    """Read the challenges of a file, by their codes, each with its versions, oldest first. Raises BrokenReference."""
    if not file.has("challenges"):
        return {}
    challenges = file.table("challenges")
    return {
        code: tuple(_challenge(code, table, layer) for table in challenges.tables(code)) for code in challenges.names()
    }


# control: H-DEADLINE-7 challenge
def _challenge(code: str, table: Table, layer: str) -> ClockRule:
    """Read a challenge as the rule of its window.

    `against`: the decisions that start it. `made_by`, `ended_by`: other facts than `challenge_made` that meet it, and
    facts that make it unnecessary.
    """
    rule = ClockRule(
        code=code,
        kind="limitation",
        keeper="legal",
        forum=table.text("forum"),
        audience=read_audience(table),
        length=length_or_unknown(table, "length"),
        first_day=table.flag("first_day", default=False),
        less_one_day=table.flag("less_one_day", default=False),
        roll=table.flag("roll", default=False),
        late_filing=table.flag("late_filing", default=False),
        warn_days=table.numbers("warn_days"),
        extendable=False,
        pausable=False,
        left_after_pause=None,
        starts=tuple(read_trigger(start) for start in table.tables("against")),
        ends=(*_own_ends(code), *_also(table, "made_by", "met"), *_also(table, "ended_by", "ended")),
        readings=tuple(read_reading(reading) for reading in table.tables("readings")),
        count_from=read_count_from(table),
        **origin(table, layer),
    )
    table.finish()
    return rule


def _own_ends(code: str) -> tuple[Ending, Ending]:
    of_it = {NAMED_BY: (code,)}
    return Ending(fact=MADE, where=of_it, effect="met"), Ending(fact=DECIDED, where=of_it, effect="ended")


def _also(table: Table, key: str, effect: str) -> tuple[Ending, ...]:
    endings = tuple(read_ending(end) for end in table.tables(key))
    if any(ending.effect != effect for ending in endings):
        raise BrokenReference(table.at(key), f"must have the effect {effect}")
    return endings

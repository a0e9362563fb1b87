"""Which dates of a case file become entries of the timeline. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LANES: Final = ("detection", "identification", "support", "justice")
#: The steps of records that have several dates.
STEPS: Final = (
    *("acknowledged", "answered", "applied", "asked", "closed", "decided", "ended", "found", "left", "met", "opened"),
    *("paid", "progress", "refused", "reopened", "returned", "shared", "started", "withdrawn"),
)
#: The subject of an entry for a fact that starts deadlines and is in no list of records.
FACT: Final = "fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date of the records in one part of the file. Each record that shows it becomes an entry.

    `part`: the name of the part, empty for the case itself. `what`: the class of the record. `at`: the fields that can
    hold the date, the most exact first. `until`: the field of the end. `values`: fields of codes that describe the
    entry; `state:referral_state` also names the code list, if the field does not. `recorded_at`, `by`: the fields of
    when and by whom it was recorded. `by_agency`: an agency reported it if this field has a value. `only`: a field, and
    the values of the records that become entries.
    """

    part: str
    what: str
    lane: str
    at: tuple[str, ...]
    until: str | None = None
    step: str | None = None
    values: tuple[str, ...] = ()
    recorded_at: str = "recorded_at"
    by: str = "recorded_by"
    by_agency: str | None = None
    only: tuple[str, frozenset[str]] | None = None


def dated_facts(
    lanes: Mapping[str, Sequence[str]], values: tuple[str, ...], until: str | None = None
) -> tuple[Dated, ...]:
    """Return the entries for facts without a record of their own, by the kinds of facts in each lane."""
    return tuple(
        Dated(
            part="facts",
            what=FACT,
            lane=lane,
            at=("happened",),
            until=until,
            values=values,
            only=("kind", frozenset(kinds)),
        )
        for lane, kinds in lanes.items()
    )

"""The missing preparations of a hearing and the state of each measure, in any order of recording. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.legal.matters.matter_file.rules import Waiting
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

#: Maximum numbers in one matter.
MOST_HEARINGS, MOST_STEPS, MOST_MEASURES = 100, 500, 1_000
HEARING, UNPREPARED = "hearing", "hearing_unprepared"
#: The kinds of tasks that follow from hearings.
KINDS: Final = frozenset((HEARING, UNPREPARED))
SET, MOVED = "set", "moved"
#: The arrangements that support makes. Support receives only the arrangement and the day.
BY_SUPPORT: Final = frozenset(("supporter", "safe_arrival", "travel", "childcare", "familiarisation"))
#: How long before a hearing everything must be ready. This is our own rule, not a legal one.
READY_BEFORE: Final = timedelta(days=14)
#: The order of entries on the same day. The last one counts.
_ORDER: Final = ("asked", "granted", "refused", "not_wanted", "used")


@dataclass(frozen=True)
class Entry:
    """The state of a measure on a day."""

    measure: str
    state: str
    happened_on: date


def check_set(state: str) -> None:
    """Raise `StepForbidden` for a hearing that is over or was cancelled."""
    if state != SET:
        raise StepForbidden("hearing_is_ahead", "This hearing was already held or cancelled. Record the next hearing.")


def check_held(state: str, held_on: date, today: date) -> None:
    """Raise `FactRefused` if a future hearing is recorded as held."""
    if state in ("held", "adjourned") and held_on > today:
        raise FactRefused(
            "state",
            "held_on_its_day",
            "This hearing is in the future, so it can't have been held. If it was held earlier, move it first.",
        )


def check_no_contact(first: date | None, last: date | None) -> None:
    """Raise `FactRefused` for a no-contact period that ends before it starts, or that has only an end."""
    if last is not None and (first is None or last < first):
        raise FactRefused(
            "no_contact_until",
            "no_contact_begins_first",
            "The last day is before the first day, or one of them is missing. Give the first day, and a last day "
            "after it.",
        )


def states_of(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Return the current state of each measure: the entry of the latest day counts."""
    ordered = sorted(entries, key=lambda entry: (entry.happened_on, _ORDER.index(entry.state)))
    return {entry.measure: entry.state for entry in ordered}


def missing(wanted: Collection[str] | None, arranged: Collection[str], measures: Mapping[str, str]) -> bool:
    """Return whether the person was not asked, or something that they need is not arranged or decided."""
    if wanted is None or not set(wanted) <= set(arranged):
        return True
    return "asked" in measures.values()


def help_for(state: str, wanted: Collection[str] | None, arranged: Collection[str]) -> frozenset[str]:
    """Return the help that support must still arrange for a hearing; empty if the hearing is over."""
    return BY_SUPPORT.intersection(wanted or ()).difference(arranged) if state == SET else frozenset()


def check_language(wanted: Collection[str] | None, language: str | None) -> None:
    """Raise `FactRefused` for an interpreter's language if no interpreter is needed."""
    if language is not None and "interpreter" not in (wanted or ()):
        raise FactRefused(
            "interpreter_language",
            "interpreter_is_wanted",
            "The language of an interpreter is given, but no interpreter is requested. Request an interpreter first.",
        )


def help_set(need: UUID, arrangement: str, needed_on: date) -> Announcement:
    """Return the event that help is needed on a day, or that the day changed. It does not name the hearing."""
    return Announcement("hearing_help.set", {"help": need, "arrangement": arrangement, "needed_on": needed_on})


def help_done(need: UUID) -> Announcement:
    """Return the event that the help is arranged or not needed further."""
    return Announcement("hearing_help.done", {"help": need})


def waiting_for(hearing: UUID, state: str, held_on: date, *, is_missing: bool) -> Iterator[Waiting]:
    """Return the tasks of a hearing: its day, until an outcome is recorded, and missing preparations."""
    if state != SET:
        return
    yield Waiting(HEARING, hearing, held_on)
    if is_missing:
        yield Waiting(UNPREPARED, hearing, held_on - READY_BEFORE)

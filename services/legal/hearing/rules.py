"""What a hearing still needs, and where each measure stands, in whatever order that was recorded. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.legal.matter_task.rules import Waiting
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

#: Most of each in one matter.
MOST_HEARINGS, MOST_STEPS, MOST_MEASURES = 100, 500, 1_000
HEARING, UNPREPARED = "hearing", "hearing_unprepared"
#: What of hearings waits for somebody.
KINDS: Final = frozenset((HEARING, UNPREPARED))
SET, MOVED = "set", "moved"
#: What somebody of support does: they are told that, and by when, and nothing else of the hearing.
BY_SUPPORT: Final = frozenset(("supporter", "safe_arrival", "travel", "childcare", "familiarisation"))
#: So long before a hearing everything is ready: our own, no law's.
READY_BEFORE: Final = timedelta(days=14)
#: Of two entries of one day the later one in this order counts.
_ORDER: Final = ("asked", "granted", "refused", "not_wanted", "used")


@dataclass(frozen=True)
class Entry:
    """What became of a measure on a day."""

    measure: str
    state: str
    happened_on: date


def check_set(state: str) -> None:
    """Raise `StepForbidden` for a hearing that was held, or fell through."""
    if state != SET:
        raise StepForbidden("hearing_is_ahead", "This hearing is over, or fell through. Record the next one.")


def check_held(state: str, held_on: date, today: date) -> None:
    """Raise `FactRefused` for a hearing that is said to have been held before its day."""
    if state in ("held", "adjourned") and held_on > today:
        raise FactRefused("state", "held_on_its_day", "This hearing lies ahead. Move it first, if it was held earlier.")


def check_no_contact(first: date | None, last: date | None) -> None:
    """Raise `FactRefused` for a time without contact that ends before it begins, or has an end alone."""
    if last is not None and (first is None or last < first):
        raise FactRefused("no_contact_until", "no_contact_begins_first", "Give the first day, and a last day after it.")


def states_of(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Return of each measure where it stands: what is of the latest day counts."""
    ordered = sorted(entries, key=lambda entry: (entry.happened_on, _ORDER.index(entry.state)))
    return {entry.measure: entry.state for entry in ordered}


def missing(wanted: Collection[str] | None, arranged: Collection[str], measures: Mapping[str, str]) -> bool:
    """Return whether something is not ready: nobody asked the person, or what they need is not arranged or decided."""
    if wanted is None or not set(wanted) <= set(arranged):
        return True
    return "asked" in measures.values()


def help_for(state: str, wanted: Collection[str] | None, arranged: Collection[str]) -> frozenset[str]:
    """Return what somebody of support still has to arrange for a hearing: nothing of one that is over."""
    return BY_SUPPORT.intersection(wanted or ()).difference(arranged) if state == SET else frozenset()


def check_language(wanted: Collection[str] | None, language: str | None) -> None:
    """Raise `FactRefused` for the language of an interpreter where none is needed."""
    if language is not None and "interpreter" not in (wanted or ()):
        raise FactRefused("interpreter_language", "interpreter_is_wanted", "Say first that an interpreter is needed.")


def help_set(need: UUID, arrangement: str, needed_on: date) -> Announcement:
    """Announce that somebody is needed for something on a day, or that the day is another; not for what."""
    return Announcement("hearing_help.set", {"help": need, "arrangement": arrangement, "needed_on": needed_on})


def help_done(need: UUID) -> Announcement:
    """Announce that it is arranged, or is not needed any more."""
    return Announcement("hearing_help.done", {"help": need})


def waiting_for(hearing: UUID, state: str, held_on: date, *, is_missing: bool) -> Iterator[Waiting]:
    """Return what waits of a hearing: its day, until somebody says what became of it, and what is not ready."""
    if state != SET:
        return
    yield Waiting(HEARING, hearing, held_on)
    if is_missing:
        yield Waiting(UNPREPARED, hearing, held_on - READY_BEFORE)

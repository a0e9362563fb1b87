"""Which limitations a detection begins, and what becomes of one that runs already."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum

from services.legal.deadline.rules import is_legal
from shared.reference import Profile
from shared.reference.periods import earliest


class Change(Enum):
    """What to do about a limitation clock."""

    START = "begin it"
    REPLACE = "stop the one that stands, and begin it from the earlier day"
    KEEP = "leave it"


def limitations(profile: Profile, *, earliest_incident: str | None, work_ended: str | None) -> dict[str, str]:
    """Return the clocks that a detection begins, code -> start, perhaps a partial date.

    Whether anyone was identified plays no part. What starts on an unknown day has no clock: a guessed one would lull.
    """
    first_days = {"earliest_incident": earliest_incident, "work_ended": work_ended}
    starts = {remedy.clock: first_days.get(remedy.starts_on) for remedy in profile.remedies.values() if remedy.clock}
    return {code: start for code, start in starts.items() if start and is_legal(profile, code)}


def limitation_change(begins: str, standing: Sequence[tuple[date, str]]) -> Change:
    """Decide about a limitation that begins on a day, given the case's clocks of its code (began on, state).

    The earliest possible day counts, in whatever order detections are heard, also of one whose time stands still. One
    that has passed, or that an application has stopped, is not begun again.
    """
    living = [began for began, state in standing if state in ("running", "paused")]
    if not standing:
        return Change.START
    return Change.REPLACE if living and earliest(begins) < min(living) else Change.KEEP


def limitations_left(
    gone: Mapping[str, str], left: Sequence[Mapping[str, str]], standing: Sequence[tuple[str, date, str]]
) -> dict[str, str | None]:
    """Return the limitations that only a withdrawn detection had begun, each with the day from which it runs instead.

    `gone` and each of `left` are what a detection begins, `standing` the case's clocks (code, began on, state). None
    where nothing is left to begin it. A clock that began on another day rests on something else, and stays.
    """
    changed: dict[str, str | None] = {}
    for code, begins in gone.items():
        began = earliest(begins)
        others = sorted((starts[code] for starts in left if code in starts), key=earliest)
        rests = any(clock_code == code and day == began and _lives(state) for clock_code, day, state in standing)
        if rests and not (others and earliest(others[0]) <= began):
            changed[code] = others[0] if others else None
    return changed


def _lives(state: str) -> bool:
    return state in ("running", "paused")

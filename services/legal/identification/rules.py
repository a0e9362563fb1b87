"""Which clocks a step on the official path stops and starts, and from which day they count."""

from dataclasses import dataclass
from datetime import date

from services.legal.deadline.rules import is_legal
from shared.reference import Profile


@dataclass(frozen=True)
class ClockChanges:
    """Codes of the clocks that a step on the official path stops, and those that it then starts."""

    stops: tuple[str, ...]
    starts: tuple[str, ...]


def step_clocks(profile: Profile, stage: str, outcome: str | None, reconsidered: str | None) -> ClockChanges:
    """Return the clocks of legal's that a step stops and starts."""
    stops = profile.clocks_stopped(stage, outcome, reconsidered)
    starts = profile.clocks_started(stage, outcome, reconsidered)
    return ClockChanges(
        tuple(code for code in stops if is_legal(profile, code)),
        tuple(code for code in starts if is_legal(profile, code)),
    )


def counted_from(
    *, outcome: str | None, occurred_on: str | None, received_on: date | None, made_elsewhere: bool
) -> str | date | None:
    """Return the day from which a step's clocks count; None if it is not known.

    A decision counts from the day on which it was received. Any other step counts from its own day; one of our own
    without a day was taken when it was recorded, one made elsewhere then has no known day.
    """
    if outcome is not None:
        return received_on
    return occurred_on or (None if made_elsewhere else received_on)

"""What legal may do, in which order, and which periods a fact begins or ends. Pure: data in, decision out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from services.legal.rules.sight import SIGHT as SIGHT
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, NotArrivedYet, StepForbidden
from shared.reference import Profile, Remedy, codes, profile
from shared.reference.periods import earliest

_WORK = {"legal_adviser": Need.TEAM}

#: action -> role -> relation to the case. Counsellors and support workers have no part in the legal file.
ACCESS: Mapping[str, Mapping[str, Need]] = {
    "case.read": dict.fromkeys(("legal_adviser", "caseworker", "supervisor"), Need.READING),
    "advice.record": _WORK,
    # Whoever gives a copy sees all of it.
    "copy.give": _WORK,
    "matter.open": _WORK,
    "compensation.record": _WORK,
    "reconsideration.request": _WORK,
    "clock.change": _WORK,
    # Privileged: no supervisor, no emergency, no data protection.
    "note.write": _WORK,
    "note.read": _WORK,
}

#: role -> the kinds of notes that it writes and reads.
NOTE_KINDS: Mapping[str, frozenset[str]] = {"legal_adviser": frozenset(codes("legal_note_kind"))}
AWARDED = frozenset(("granted", "partly_granted"))

#: step -> the status that a matter must have, and the one that it gets; any other status raises.
STEPS: Mapping[str, tuple[str, str]] = {
    "application": ("opened", "applied"),
    "decision": ("applied", "decided"),
    "payment": ("decided", "paid"),
}
#: status -> what is done next, in words.
_NEXT = {
    "opened": "Record the application first.",
    "applied": "Its application is recorded; the decision comes next.",
    "decided": "Its decision is recorded; only a payment can follow, where something was granted.",
    "paid": "It is paid, and ended. Open a new matter for another claim.",
}


# --- clocks --------------------------------------------------------------------------------------------------------


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
    return {code: start for code, start in starts.items() if start and _is_legal(profile, code)}


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
        tuple(code for code in stops if _is_legal(profile, code)),
        tuple(code for code in starts if _is_legal(profile, code)),
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


def reconsideration_clocks(profile: Profile, stage: str) -> tuple[str, ...]:
    """Return the clocks within which reconsideration of a negative decision of this stage can be requested."""
    return step_clocks(profile, stage, "negative", None).starts


def is_late(day: date, due_on: Iterable[date | None], *, counts: str) -> bool:
    """Return whether a day is after the last day of a period; False where that is not known. Late is never refused.

    Of several periods the `earliest` or the `latest` counts: a limitation runs from the earliest possible day, a
    window from the latest decision.
    """
    due_days = list(due_on)
    last_days = [due for due in due_days if due is not None]
    if not last_days or len(last_days) < len(due_days):
        return False
    return day > (min(last_days) if counts == "earliest" else max(last_days))


def _is_legal(profile: Profile, code: str) -> bool:
    return profile.clocks[code][0].keeper == "legal"


# --- compensation --------------------------------------------------------------------------------------------------


def remedy_of(jurisdiction: str | None, code: str) -> Remedy:
    """Return a remedy of the case's jurisdiction. Raises `NotArrivedYet` and `FactRefused`."""
    if jurisdiction is None:
        raise NotArrivedYet(
            "jurisdiction_known", "The opening of this case has not arrived from intake yet. Try again in a moment."
        )
    jurisdiction_profile = profile(jurisdiction)
    if code not in jurisdiction_profile.remedies:
        remedies = ", ".join(jurisdiction_profile.remedies)
        raise FactRefused("remedy", "remedy_of_the_jurisdiction", f"{jurisdiction} has the remedies {remedies}.")
    return jurisdiction_profile.remedies[code]


def advance(step: str, status: str) -> str:
    """Return the status of a matter after a step. Raises `StepForbidden` where the step is not the next."""
    needed, after = STEPS[step]
    if status != needed:
        raise StepForbidden(f"{step}_follows_{needed}", f"This matter is {status}. {_NEXT[status]}")
    return after


def award(outcome: str, amount_band: str | None, currency: str | None) -> None:
    """Check what a decision says of money. Raises `FactRefused`."""
    if amount_band is not None and outcome not in AWARDED:
        raise FactRefused("amount_band", "amount_only_if_granted", "A refusal has no amount; leave it out.")
    if amount_band is not None and currency is None:
        raise FactRefused("currency", "amount_has_a_currency", "Name the currency of the amount.")


def payable(outcome: str | None) -> None:
    """Raise `StepForbidden` unless something was granted."""
    if outcome not in AWARDED:
        raise StepForbidden(
            "payment_follows_award", "Nothing was granted in this matter, so nothing can be paid. Check the decision."
        )


# --- reconsideration -----------------------------------------------------------------------------------------------


def reconsider(stage: str, decided: Iterable[tuple[str, str | None]]) -> None:
    """Raise `NotArrivedYet` unless a negative decision of the stage is among those known (stage, outcome)."""
    if (stage, "negative") not in set(decided):
        raise NotArrivedYet(
            "reconsiders_a_negative_decision",
            "No negative decision of this stage is known here. Record it at intake; it arrives here in a moment.",
        )

"""Rules for safe contact. Each outgoing contact is checked here first and refused unless it is agreed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.intake.facts.case.rules import TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference.periods import ZONES

ACCESS: Final[Access] = {
    "safe_contact.read": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.READING),
    "safe_contact.record": TEAM_ROLES,
    "contact.attempt": {**TEAM_ROLES, "supervisor": Need.TEAM},
    "alert.raise": {**TEAM_ROLES, "supervisor": Need.SUPERVISION},
}
WHILE_RESTRICTED: Final = frozenset(("alert.raise",))


DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: Channels whose traces another person could find later, and the agreement that allows them.
TRACES: Final[Mapping[str, str]] = {
    "voicemail": "voicemail",
    "sms": "messages",
    "email": "messages",
    "letter": "letters",
}
#: Instructions that need the agreed story or the code word. `HANG_UP` needs neither.
_NEED_WORDS: Final = frozenset(("say_agreed_story", "ask_for_code_word"))
HANG_UP: Final = "hang_up"
_LOOKS_AHEAD_DAYS: Final = 8
#: The outcome of a contact that should not have been made. It has happened, and may have put the person in danger.
UNSAFE: Final = "was_unsafe"
_RECENT: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Window:
    """A local time on a day of the week (0 is Monday). The end does not belong to it."""

    day: int
    begins: time
    ends: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContact:
    """The person's agreement. `leaves`: which of `voicemail`, `messages` and `letters` may be left for them.

    Without channels no way is safe, and the person is not contacted. Without windows any time is safe. The code word
    and the agreed story are stored elsewhere, sealed.
    """

    channels: frozenset[str]
    unsafe: frozenset[str] = frozenset()
    zone: str = "UTC"
    windows: tuple[Window, ...] = ()
    leaves: frozenset[str] = frozenset()
    code_word: bool = False
    if_another_answers: str = HANG_UP


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """Instructions for an allowed contact: ask for the code word first, and the behaviour if another person answers."""

    ask_code_word: bool
    if_another_answers: str
    may_leave: frozenset[str]


def agreed(given: Mapping[str, Any]) -> SafeContact:
    """Return what the person agreed to. Raises `FactRefused` for contradictions, naming the field."""
    channels, unsafe = frozenset(given["channels"]), frozenset(given["unsafe"])
    if channels & unsafe:
        raise FactRefused(
            "unsafe",
            "safe_or_unsafe",
            "A way to reach the person is recorded as both safe and unsafe. Ask the person again.",
        )
    try:
        ZoneInfo(given["zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise FactRefused(
            "zone", "zone_of_the_world", "The time zone is not known. Name it as in Europe/London."
        ) from error
    windows = tuple(Window(DAYS.index(window["day"]), window["begins"], window["ends"]) for window in given["windows"])
    if any(window.ends <= window.begins for window in windows):
        raise FactRefused(
            "windows",
            "begins_before_it_ends",
            "The time ends before it begins. Check both times, and split a time that goes past midnight.",
        )
    return SafeContact(
        channels=channels,
        unsafe=unsafe,
        zone=given["zone"],
        windows=windows,
        leaves=frozenset(given["leaves"]),
        code_word=bool(given["code_word"]),
        if_another_answers=given["if_another_answers"],
    )


def check_zone(zone: str) -> None:
    """Raise `FactRefused` for a zone that is not in the published list, such as a machine's own setting."""
    if zone not in ZONES:
        raise FactRefused("zone", "zone_of_the_world", "The time zone is not known. Name it as in Europe/London.")


def check_words(if_another_answers: str, story: str | None, code_word: str | None) -> None:
    """Raise `FactRefused` if the story or the code word that `if_another_answers` needs is missing."""
    if if_another_answers == "say_agreed_story" and not story:
        raise FactRefused(
            "story",
            "story_is_agreed",
            "The agreed explanation is missing. Agree with the person on what is said, and record it.",
        )
    if if_another_answers == "ask_for_code_word" and not code_word:
        raise FactRefused(
            "code_word",
            "code_word_is_agreed",
            "The code word is missing. Agree with the person on a word, and record it.",
        )


# control: H-CONFIDENTIALITY-10 hold-keeps-no-secrets
def without_words(agreed: Mapping[str, Any]) -> dict[str, Any]:
    """Return an agreement without its story and code word. If the instructions need one of them, hang up instead."""
    instructions = agreed["if_another_answers"]
    answer = HANG_UP if instructions in _NEED_WORDS else instructions
    return {**agreed, "story": None, "code_word": None, "if_another_answers": answer}


def uses_address(agreed: Mapping[str, Any] | None) -> bool:
    """Return whether the person agreed to visits, or to letters that others could find."""
    if agreed is None:
        return False
    receives_letters = "letter" in agreed["channels"] and TRACES["letter"] in agreed["leaves"]
    return receives_letters or "in_person" in agreed["channels"]


def check_attempt(channel: str, outcome: str, at: datetime, now: datetime) -> None:
    """Check that a contact is neither in the future nor long ago, and that its channel can have its outcome.

    Raises `FactRefused`.
    """
    if at > now:
        raise FactRefused(
            "at",
            "not_in_the_future",
            "This time is in the future, and a contact is recorded after it was tried. Give the time of the attempt.",
        )
    if at < now - _RECENT:
        raise FactRefused("at", "within_a_year", "This date is more than a year ago. Check the date.")
    if outcome == "left_message" and channel not in TRACES:
        raise FactRefused(
            "outcome",
            "leaves_by_its_way",
            "A contact of this kind can't leave a message. For a message on a phone, use voicemail.",
        )


def safe_ways(
    safe: SafeContact, words: Mapping[str, Any], at: datetime, *, is_missing: bool = False
) -> Mapping[str, object]:
    """Return the channels that are safe at an instant; if there is one, also the code word, story and instructions."""
    ways = [way for way in _ways(safe) if _is_allowed(safe, way, at, is_missing=is_missing)]
    if not ways:
        return {"ways": [], "next_safe_at": next_safe(safe, at) if safe.channels else None}
    return {
        "ways": ways,
        "next_safe_at": at,
        "code_word": words["code_word"],
        "if_another_answers": safe.if_another_answers,
        "story": words["story"],
        "warning": words["warning"],
        "may_leave": [] if is_missing else sorted(safe.leaves),
    }


def _ways(safe: SafeContact) -> list[str]:
    return sorted(safe.channels | ({"voicemail"} if "phone" in safe.channels else set()))


# control: H-DANGER-7 safe-contact
def _is_allowed(safe: SafeContact, channel: str, at: datetime, *, is_missing: bool) -> bool:
    try:
        contact(safe, channel, at, is_missing=is_missing)
    except StepForbidden:
        return False
    return True


def contact(safe: SafeContact | None, channel: str, at: datetime, *, is_missing: bool = False) -> Instructions:
    """Return the instructions for an outgoing contact at an instant. Raises `StepForbidden` if it is not allowed.

    `voicemail` is a separate channel: an allowed call may still leave nothing behind. While the person is missing,
    nothing may be left: the holder of their telephone or letters may be the reason why they are missing.
    """
    if safe is None:
        raise StepForbidden(
            "safe_contact_first",
            "No safe way to reach this person is recorded yet. Ask the person at the next meeting.",
        )
    spoken = "phone" if channel == "voicemail" else channel
    if not safe.channels:
        raise StepForbidden(
            "no_safe_way", "There is no safe way to reach this person. Wait until the person comes, and ask again then."
        )
    if spoken in safe.unsafe:
        raise StepForbidden("channel_is_unsafe", "This way to reach the person is unsafe. Use one of the safe ones.")
    if spoken not in safe.channels:
        raise StepForbidden(
            "channel_is_agreed", "The person has not agreed to be contacted in this way. Ask the person first."
        )
    needed = TRACES.get(channel)
    if needed is not None and needed not in safe.leaves:
        raise StepForbidden(
            "nothing_is_left",
            "The person does not want messages or letters that others could find. Use a way that leaves nothing.",
        )
    if needed is not None and is_missing:
        raise StepForbidden(
            "nothing_is_left_meanwhile",
            "The person is missing, and another person could find a message. Call or visit in an agreed way, and "
            "ask for the code word if there is one.",
        )
    if not _within(safe, at):
        then = next_safe(safe, at)
        raise StepForbidden(
            "agreed_times",
            "Do not contact the person now: this is not a safe time. The next safe time begins at "
            f"{_written(then, safe.zone)}.",
        )
    leaves: frozenset[str] = frozenset() if is_missing else safe.leaves
    return Instructions(ask_code_word=safe.code_word, if_another_answers=safe.if_another_answers, may_leave=leaves)


def next_safe(safe: SafeContact, at: datetime) -> datetime:
    """Return the first instant (UTC), `at` or later, at which the person can be reached."""
    if _within(safe, at):
        return at.astimezone(UTC)
    zone = ZoneInfo(safe.zone)
    today = at.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(_LOOKS_AHEAD_DAYS + 1))
    begins = [
        datetime.combine(day, window.begins, tzinfo=zone).astimezone(UTC)
        for day in days
        for window in safe.windows
        if window.day == day.weekday()
    ]
    return min(begin for begin in begins if begin > at)


def _within(safe: SafeContact, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(safe.zone))
    now = local.timetz().replace(tzinfo=None)
    today = [window for window in safe.windows if window.day == local.weekday()]
    return not safe.windows or any(window.begins <= now < window.ends for window in today)


def _written(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"

"""A stable code for each way in which a field can be wrong, in addition to its message in the caller's language."""

from functools import cache
from typing import Final

from shared.reference.words import Sentence

#: The code of each field error, by its English messages. A placeholder matches any text.
SAID: Final[dict[str, tuple[str, ...]]] = {
    "missing": ("Missing data for required field.",),
    "null": ("Field may not be null.",),
    "unknown_field": ("Unknown field.",),
    "wrong_type": (
        "Not a valid {kind}.",
        "Not a valid {kind}",
        "Invalid input type.",
        "Invalid type.",
        "must be a whole number, or {other}",
    ),
    "not_listed": ("is not a value of this list", "is not a value of the list {list}", "Must be one of: {codes}."),
    "not_registered": ("It is not an id in the register either.",),
    "no_longer_taken": ("is a retired code, which is only in older records",),
    "too_short": ("Shorter than minimum length {least}.",),
    "too_long": ("Longer than maximum length {most}.",),
    "wrong_length": ("Length must be between {least} and {most}.", "Length must be {exactly}."),
    "out_of_range": (
        "Must be greater than or equal to {least} and less than or equal to {most}.",
        "Must be greater than or equal to {least}.",
        "Must be less than or equal to {most}.",
        "Must be greater than {least}.",
        "Must be less than {most}.",
        "must be from {least} to {most}",
        "is not in the years {first} to {last}",
        "is outside the years {first} to {last}",
        "Number too large.",
        "Special numeric values (nan or infinity) are not permitted.",
    ),
    "wrong_form": (
        "String does not match expected pattern.",
        "Not a valid utf-8 string.",
        "is not a code",
        "ends with a line break",
        "must be a single line",
        "can only contain letters without accents, digits and hyphens",
        "contains half a character",
        "has a character that can't be written",
        "is not an event type, such as {example}",
    ),
    "no_date": (
        "is not a date, month or year",
        "is not a year, a month, a date, an instant with its offset from UTC, or: unknown",
        "is not a year, a month, a date, or an instant with its offset from UTC",
        "is not a date, or an instant with its offset from UTC",
        "is a day that does not exist",
        '"{given}" cannot be formatted as a {kind}.',
    ),
    "blank": ("is blank",),
    "twice": ("has a value twice", "has a reference twice"),
    "one_of_them": (
        "give one of `subject`, `type`, or `all` as true",
        "differs from authority; leave one out",
        "needs at least one goal",
        "give one of `sequence`, `after` and `since`, and `type` never with `sequence`",
    ),
}
#: What to do about each error of a field.
STEPS: Final[dict[str, str]] = {
    "missing": "Send the field.",
    "null": "Send a value, or leave the field out.",
    "unknown_field": "Leave the field out, or correct its name.",
    "wrong_type": "Send a value of the type that /openapi.json states.",
    "not_listed": "Send a value of the list. `list` names it, and `near` has similar values.",
    "not_registered": "Send a code of the list, or the id of an agency in the register.",
    "no_longer_taken": "Send a current code of the list.",
    "too_short": "Send a longer value.",
    "too_long": "Send a shorter value.",
    "wrong_length": "Send a value of this length.",
    "out_of_range": "Send a value in this range.",
    "wrong_form": "Send a value in the form that /openapi.json states.",
    "no_date": "Send an existing date, such as 2026-03-09, or an instant, such as 2026-03-09T10:00:00Z.",
    "blank": "Send text, or leave the field out.",
    "twice": "Send each value once.",
    "one_of_them": "Send one of the fields that the message names.",
}
#: The code of every other error. A test detects new errors, and clients do not break.
OTHER: Final = "refused"


def code_of(message: str) -> str:
    """Return the code of a field's error."""
    for code, sentences in _sentences().items():
        if any(sentence.gaps_of(message) is not None for sentence in sentences):
            return code
    return OTHER


@cache
def _sentences() -> dict[str, tuple[Sentence, ...]]:
    return {code: tuple(map(Sentence, sentences)) for code, sentences in SAID.items()}

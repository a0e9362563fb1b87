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
    "not_registered": ("It is no id of the register either.",),
    "no_longer_taken": ("is a code of earlier times, which is read and no longer recorded",),
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
        "is not of the years {first} to {last}",
        "lies outside the years {first} to {last}",
        "Number too large.",
        "Special numeric values (nan or infinity) are not permitted.",
    ),
    "wrong_form": (
        "String does not match expected pattern.",
        "Not a valid utf-8 string.",
        "is not a code",
        "ends with a line break",
        "takes one line",
        "takes letters without accents, digits and hyphens alone",
        "holds half a character",
        "has a character that can't be written",
        "is no type of an event, such as {example}",
    ),
    "no_date": (
        "is not a date, month or year",
        "is no year, month or date, no instant with its offset from UTC, and not: unknown",
        "is no year, month or date, nor an instant with its offset from UTC",
        "is neither a date nor an instant with its offset from UTC",
        "is a day that does not exist",
        '"{given}" cannot be formatted as a {kind}.',
    ),
    "blank": ("is blank",),
    "twice": ("has a value twice", "has a reference twice"),
    "one_of_them": (
        "give one of `subject`, `type`, or `all` as true",
        "is another one than authority; leave one out",
        "needs at least one goal",
        "give one of `sequence` and `after`, and a `type` beside `after` alone",
    ),
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

"""The English labels of codes, as parts of sentences."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from shared.reference.words import ENGLISH, words_of_code

_SILENT: Final = {"unasked": "not stated"}


def label(code_list: str, code: str) -> str:
    """Return the English label of a code; the code in words if it has none."""
    found = words_of_code(code_list, code, ENGLISH).label
    return _SILENT.get(code, code.replace("_", " ")) if found == code and "." not in code else found


def listed(code_list: str, codes: Iterable[str], last: str = "and") -> str:
    """Return the labels of codes as a list in a sentence."""
    return joined([label(code_list, code) for code in codes], last)


def joined(parts: Iterable[str], last: str) -> str:
    """Return parts as a list in a sentence."""
    *first, end = parts
    return f"{', '.join(first)} {last} {end}" if first else end


def long_day(day: date) -> str:
    """Return a day as `Monday 2 March 2026`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"

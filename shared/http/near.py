"""Suggestions for a mistyped value: the values of a list, or the fields of a body, that are similar to it.

Suggestions contain only published values. The value that was sent is compared, and not repeated.
"""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

#: The most suggestions.
MOST: Final = 3
#: Longer values are not a mistyped code or name.
LONGEST: Final = 64
_LIKE_ENOUGH: Final = 0.6


def near(sent: object, published: Collection[str]) -> list[str]:
    """Return the published values most similar to what was sent, closest first; an empty list if none is similar."""
    if not isinstance(sent, str) or not 0 < len(sent) <= LONGEST:
        return []
    by_form: dict[str, str] = {}
    for one in published:
        by_form.setdefault(_form(one), one)
    return [by_form[form] for form in get_close_matches(_form(sent), by_form, MOST, _LIKE_ENOUGH)]


def _form(text: str) -> str:
    return text.casefold().replace("-", "_").replace(" ", "_")

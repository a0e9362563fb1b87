"""What somebody may have meant: the values of a list, or the fields of a body, that are near what was sent.

Only what is published is ever named; what was sent is compared, and not repeated.
"""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

#: So many are named at most.
MOST: Final = 3
#: What is longer is no slip of a code or a name.
LONGEST: Final = 64
_LIKE_ENOUGH: Final = 0.6


def near(sent: object, published: Collection[str]) -> list[str]:
    """Return the published ones nearest to what was sent, the nearest first; none for what is like none of them."""
    if not isinstance(sent, str) or not 0 < len(sent) <= LONGEST:
        return []
    by_form: dict[str, str] = {}
    for one in published:
        by_form.setdefault(_form(one), one)
    return [by_form[form] for form in get_close_matches(_form(sent), by_form, MOST, _LIKE_ENOUGH)]


def _form(text: str) -> str:
    return text.casefold().replace("-", "_").replace(" ", "_")

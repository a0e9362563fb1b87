"""Lists are read a page at a time: `limit` entries, then those after the `next` of the page before."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from shared.web import paging
from shared.web.problems import Refused
from shared.web.route import Query

LARGEST: Final = 100
PAGE: Final[tuple[Query, ...]] = (
    ("after", {"type": "string"}, "`next` of the page before"),
    ("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": LARGEST}, "entries of a page, at most"),
)
_Cursor = TypeVar("_Cursor")


def asked(query: Mapping[str, str], read: Callable[[str], _Cursor]) -> tuple[_Cursor | None, int]:
    """Read where a page begins, and how many entries it has at most. Raises `Refused`."""
    after = paging.after(query, read)
    number = query.get("limit", str(LARGEST))
    if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) > 0):  # noqa: PLR2004
        raise paging.unclear("`limit` is a whole number above 0.")
    return after, min(LARGEST, int(number))


def days_query(default: int, since: str) -> Query:
    """Describe the value by which a list of what is overdue asks for another number of days."""
    return "days", {"type": "integer", "minimum": 0, "maximum": 365, "default": default}, f"days since the {since}"


def read_days(text: str | None, default: int) -> int:
    """Read that value. Raises `Refused`."""
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > 365:  # noqa: PLR2004 - as the document says
        raise Refused(400, "Check the address", "days is a number from 0 to 365.")
    return int(text)

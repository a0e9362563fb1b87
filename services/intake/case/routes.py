"""What the routes of every topic share: the address of a case, and the paging of lists."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from shared.http import Reply, paging
from shared.http.route import Query

LARGEST: Final = 100
LONGEST_DAYS: Final = 365
PAGE: Final[tuple[Query, ...]] = (
    ("after", {"type": "string"}, "`next` of the page before"),
    ("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": LARGEST}, "entries of a page, at most"),
)
_Cursor = TypeVar("_Cursor")
#: The address of a case, before that of each of its parts.
CASE: Final = "/v1/cases/<uuid:case>"


def read_page(query: Mapping[str, str], read: Callable[[str], _Cursor]) -> tuple[_Cursor | None, int]:
    """Return where a page begins (None: at the start), and its most entries. Raises `Refused`."""
    after = paging.after(query, read)
    number = query.get("limit", str(LARGEST))
    if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) > 0):  # noqa: PLR2004
        raise paging.unclear("`limit` is a whole number above 0.")
    return after, min(LARGEST, int(number))


def days_query(default: int, since: str) -> Query:
    """Return the query parameter `days` of a list of what is overdue."""
    number = {"type": "integer", "minimum": 0, "maximum": LONGEST_DAYS, "default": default}
    return "days", number, f"days since the {since}"


def read_days(text: str | None, default: int) -> int:
    """Return the parsed `days`, or the default. Raises `Refused`."""
    try:
        days = default if text is None else paging.whole(text)
    except ValueError:
        days = -1
    if not 0 <= days <= LONGEST_DAYS:
        raise paging.unclear(f"`days` is a number from 0 to {LONGEST_DAYS}.")
    return days


def created(record: tuple[UUID, int]) -> Reply:
    """Return the reply to what an action created: its id, and the case's new version."""
    return Reply(status=201, created=record[0], version=record[1])

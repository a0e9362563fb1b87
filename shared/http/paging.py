"""Long lists are read a page at a time: at most `limit` entries, then those after the `next` of the page before."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from uuid import UUID

from marshmallow import fields

from shared.access.declarations import declare, nullable
from shared.http.problems import Refused
from shared.http.route import Query
from shared.http.server import bounds

#: The largest position or number that a row can ever have (bigint).
LAST_PLACE = 2**63 - 1
#: Entries of one page of a list about cases, at most; and the furthest that a list of what is overdue looks back.
LARGEST_PAGE: Final = 100
LONGEST_DAYS: Final = 365
#: What `with` asks a list for.
NAMES: Final = "names"
#: The query of a list about cases, for the document.
PAGE: Final[tuple[Query, ...]] = (
    ("after", {"type": "string"}, "`next` of the page before"),
    (
        "limit",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": LARGEST_PAGE},
        "entries of a page, at most",
    ),
)
_Place = TypeVar("_Place")

#: The field of a page that leads to the next one.
NEXT = declare(nullable(fields.String()), None, "Send it as `after` for the next page; null on the last.", example="42")
#: Where a page begins, how long it is, and whom or what it is narrowed to, as a route's `query` declares them.
AFTER: Query = ("after", {"type": "string"}, "`next` of the page before")
AFTER_POSITION: Query = ("after", {"type": "integer", "minimum": 0, "default": 0}, "the last position already read")
LIMIT: Query = ("limit", {"type": "integer", "maximum": 200, "default": 200}, "entries of one answer, at most")
WAIT: Query = (
    "wait",
    {"type": "integer", "minimum": 0, "maximum": bounds.LONGEST_WAIT, "default": 0},
    "where nothing is new yet: seconds to wait until something is",
)
#: Of a list that is read whole: the `mark` of the answer that its reader has, and how long they wait for another.
KNOWN: Query = ("after", {"type": "string"}, "`mark` of the answer before: with `wait`, until the list differs from it")
SUBJECT: Query = ("subject", {"type": "string", "format": "uuid"}, "only what is about this subject")


def unclear(detail: str) -> Refused:
    """Return the refusal of an address whose query can't be read."""
    return Refused(400, "Check the address", detail)


def asks_for_names(query: Mapping[str, str]) -> bool:
    """Return whether a list is asked for with names: `with=names`. Raises `Refused`."""
    if query.get("with") not in (None, NAMES):
        raise unclear("`with` is `names`.")
    return "with" in query


def whole(text: str) -> int:
    """Read a whole number of any size. Raises `ValueError`."""
    # int() alone also takes 1_0 and digits of other scripts.
    if not (text.isascii() and text.removeprefix("-").isdecimal()):
        raise ValueError
    return int(text)


def place(text: str) -> int:
    """Read the number of a row. Raises `ValueError`, also where no row can have it."""
    number = whole(text)
    if not 0 <= number <= LAST_PLACE:
        raise ValueError
    return number


def after(query: Mapping[str, str], read: Callable[[str], _Place]) -> _Place | None:
    """Read where a page begins; `read` raises `ValueError` at what it can't read. Raises `Refused`."""
    try:
        return read(query["after"]) if "after" in query else None
    except ValueError:
        raise unclear("`after` is the `next` of the page before.") from None


def limit(query: Mapping[str, str], largest: int) -> int:
    """Read how many entries a page has: 1 to `largest`, which is meant by default. Raises `Refused`."""
    try:
        entries = place(query.get("limit", str(largest)))
    except ValueError:
        entries = 0
    if entries == 0:
        raise unclear("`limit` is a whole number above 0.")
    return min(largest, entries)


#: The field of such a list by which its reader asks for what differs.
MARK = declare(fields.String(), None, "Send it as `after` to wait for a list that differs.", example="4a7d1ed414474e40")


def mark_of(*shown: object) -> str:
    """Return what differs when a list does: a digest of what it shows, from which nothing can be read."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def wait(query: Mapping[str, str]) -> int:
    """Read for how many seconds to wait, where nothing is new. Raises `Refused`."""
    try:
        seconds = place(query.get("wait", "0"))
    except ValueError:
        raise unclear("`wait` is a whole number of seconds.") from None
    return min(bounds.LONGEST_WAIT, seconds)


def read_page(query: Mapping[str, str], read: Callable[[str], _Place]) -> tuple[_Place | None, int]:
    """Return where a page of a list about cases begins (None: at the start), and its most entries. Raises `Refused`."""
    return after(query, read), limit(query, LARGEST_PAGE)


def days_query(default: int, since: str) -> Query:
    """Return the query parameter `days` of a list of what is overdue, for the document."""
    number = {"type": "integer", "minimum": 0, "maximum": LONGEST_DAYS, "default": default}
    return "days", number, f"days since the {since}"


def read_days(text: str | None, default: int) -> int:
    """Return the parsed `days`, 0 to `LONGEST_DAYS`, or the default. Raises `Refused`."""
    try:
        days = default if text is None else whole(text)
    except ValueError:
        days = -1
    if not 0 <= days <= LONGEST_DAYS:
        raise unclear(f"`days` is a number from 0 to {LONGEST_DAYS}.")
    return days


def subject(query: Mapping[str, str]) -> UUID | None:
    """Read whom or what a list is narrowed to, if anything. Raises `Refused`."""
    try:
        return UUID(query["subject"]) if query.get("subject") else None
    except ValueError:
        raise unclear("`subject` is a UUID.") from None

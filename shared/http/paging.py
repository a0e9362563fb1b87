"""Long lists are read in pages: at most `limit` entries, then those after the `next` of the previous page."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from marshmallow import ValidationError, fields

from shared.access.declarations import declare, nullable
from shared.access.views import View
from shared.events.kinds import Instant
from shared.http.problems import Refused
from shared.http.route import Query
from shared.http.server import bounds

#: The largest position or number that a row can ever have (bigint).
LAST_PLACE = 2**63 - 1
#: The most entries on one page of a list about cases, and the longest period that a list of overdue items covers.
LARGEST_PAGE: Final = 100
LONGEST_DAYS: Final = 365
#: The value of `with` that adds names to a list.
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

#: Where a page begins, its size, and its subject filter, as a route's `query` declares them.
AFTER: Query = ("after", {"type": "string"}, "`next` of the page before")
AFTER_POSITION: Query = ("after", {"type": "integer", "minimum": 0, "default": 0}, "the last position already read")
LIMIT: Query = (
    "limit",
    {"type": "integer", "minimum": 1, "default": 200},
    "entries of one answer, at most; more than 200 count as 200",
)
#: For a reader that also asks for the headers only.
LIMIT_OR_HEAD: Query = (
    "limit",
    {"type": "integer", "minimum": 0, "default": 200},
    "entries of one answer, at most; more than 200 count as 200; 0: only the headers",
)
SINCE: Query = (
    "since",
    {"type": "string", "format": "date-time"},
    "instead of `after`: begin with the first entry of this hour (UTC) or later",
)
WAIT: Query = (
    "wait",
    {"type": "integer", "minimum": 0, "maximum": bounds.LONGEST_WAIT, "default": 0},
    "where nothing is new yet: seconds to wait until something is",
)
#: For a list that is read whole: the `mark` of the reader's current copy, and how long the reader waits for a change.
KNOWN: Query = ("after", {"type": "string"}, "`mark` of the answer before: with `wait`, until the list differs from it")
SUBJECT: Query = ("subject", {"type": "string", "format": "uuid"}, "only what is about this subject")


class Page(View):
    """A page of a list, with the cursor of the next one."""

    next = declare(
        nullable(fields.String()), None, "Send it as `after` for the next page; null on the last.", example="42"
    )


def unclear(detail: str) -> Refused:
    """Return the refusal of an address whose query can't be read."""
    return Refused(400, "Check the address", detail)


def asks_for_names(query: Mapping[str, str]) -> bool:
    """Return whether a request asks for names: `with=names`. Raises `Refused`."""
    if query.get("with") not in (None, NAMES):
        raise unclear("The value of `with` is not known. The only value is `names`.")
    return "with" in query


def whole(text: str) -> int:
    """Read a whole number of any size. Raises `ValueError`."""
    # int() also accepts 1_0 and digits of other scripts.
    if not (text.isascii() and text.removeprefix("-").isdecimal()):
        raise ValueError
    return int(text)


def place(text: str) -> int:
    """Read the number of a row. Raises `ValueError`, also for a number that no row can have."""
    number = whole(text)
    if not 0 <= number <= LAST_PLACE:
        raise ValueError
    return number


def after(query: Mapping[str, str], read: Callable[[str], _Place]) -> _Place | None:
    """Read where a page begins; `read` raises `ValueError` for an invalid value. Raises `Refused`."""
    try:
        return read(query["after"]) if "after" in query else None
    except ValueError:
        raise unclear("The value of `after` is not valid. Send the `next` of the previous page.") from None


def since(query: Mapping[str, str]) -> datetime | None:
    """Read the instant from which a page begins; None if it begins after a position. Raises `Refused`."""
    if "since" not in query:
        return None
    if "after" in query:
        raise unclear("Both `after` and `since` are given. Send one of them.")
    try:
        return Instant().deserialize(query["since"])
    except ValidationError:
        raise unclear(
            "The value of `since` is not valid. Send an instant with its offset, such as 2026-03-02T09:00:00Z."
        ) from None


def limit(query: Mapping[str, str], largest: int) -> int:
    """Read the size of a page: 1 to `largest`, which is the default. Raises `Refused`."""
    try:
        entries = place(query.get("limit", str(largest)))
    except ValueError:
        entries = 0
    if entries == 0:
        raise unclear("The value of `limit` is not valid. Send a whole number above 0.")
    return min(largest, entries)


#: The field of such a list that its reader sends back to wait for a change.
MARK = declare(fields.String(), None, "Send it as `after` to wait for a list that differs.", example="4a7d1ed414474e40")


def mark_of(*shown: object) -> str:
    """Return a value that changes with the list: a digest of its content, which reveals nothing of it."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def wait(query: Mapping[str, str]) -> int:
    """Read for how many seconds to wait if nothing is new. Raises `Refused`."""
    try:
        seconds = place(query.get("wait", "0"))
    except ValueError:
        raise unclear("The value of `wait` is not valid. Send a whole number of seconds.") from None
    return min(bounds.LONGEST_WAIT, seconds)


def read_page(query: Mapping[str, str], read: Callable[[str], _Place]) -> tuple[_Place | None, int]:
    """Return the start of a page of a list about cases (None: the beginning), and its size. Raises `Refused`."""
    return after(query, read), limit(query, LARGEST_PAGE)


def days_query(default: int, since: str) -> Query:
    """Return the query parameter `days` of a list of overdue items, for the document."""
    number = {"type": "integer", "minimum": 0, "maximum": LONGEST_DAYS, "default": default}
    return "days", number, f"days since the {since}"


def read_days(text: str | None, default: int) -> int:
    """Return the parsed `days`, 0 to `LONGEST_DAYS`, or the default. Raises `Refused`."""
    try:
        days = default if text is None else whole(text)
    except ValueError:
        days = -1
    if not 0 <= days <= LONGEST_DAYS:
        raise unclear(f"The value of `days` is not valid. Send a number from 0 to {LONGEST_DAYS}.")
    return days


def subject(query: Mapping[str, str]) -> UUID | None:
    """Read the subject that a list is filtered by, if any. Raises `Refused`."""
    try:
        return UUID(query["subject"]) if query.get("subject") else None
    except ValueError:
        raise unclear("The value of `subject` is not valid. Send a UUID.") from None

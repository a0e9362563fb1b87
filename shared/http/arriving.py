"""A case that was opened a moment ago elsewhere, and may not have arrived here yet: try again, rather than not found.

A service that follows cases can't know whether there is one that it has not heard of. What it knows is the id: its
first 48 bits say when it was made. Whoever asks for a young id and is shown nothing is answered alike, be it on its
way, somebody else's, or made up; so the answer betrays no more than a 404 does.
"""

import time
from typing import Final
from uuid import UUID

#: So long after an id was made (seconds) its case may be on its way; clocks may differ by as much.
AWAITED_SECONDS: Final = 30.0
_TIME_ORDERED: Final = 7


class PerhapsArriving(Exception):
    """Nothing that the one who asks may see, of an id so young that it may be there in a moment."""

    status = 503
    retryable = True
    is_expected = True
    title = "Not here yet"

    def __init__(self) -> None:
        """Build the message: it fits what is on its way, what is somebody else's, and what was never there."""
        super().__init__(
            "There is nothing here that you may see, but what was opened just now may still be on its way here. Ask "
            "again in a moment. If this stays, check the address, or ask to be added to the case's team."
        )
        self.headers = {"Retry-After": "1"}


def is_young(case: UUID) -> bool:
    """Return whether an id was made a moment ago, by its own time; one that bears no time was not."""
    if case.version != _TIME_ORDERED:
        return False
    return abs(time.time() - (case.int >> 80) / 1000) <= AWAITED_SECONDS

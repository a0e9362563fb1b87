"""What is done when two transactions want the same rows in another order, and the server ends one of them."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from shared.store.database import has_lost

log = structlog.get_logger()

Done = TypeVar("Done")

#: So often a transaction is begun, before whoever asked is told to come again.
TRIES: Final = 4
#: Seconds before it is begun again, times the tries so far: whoever has won goes on first. Begun at once it may take
#: what they wait for before they wake, and then they lose.
PAUSE_SECONDS = 0.05


def until_won(transaction: Callable[[], Done]) -> Done:
    """Return what a whole transaction gives; one that lost to another is done again, as nothing of it is left.

    The erasure of a case meets events about it that were on their way: no order of locks keeps a statement for every
    table of the case apart from a batch of events that has written to some of them. It waits between two tries, so that
    nothing may be held around it. Raises what the last try raised.
    """
    for attempt in range(1, TRIES):
        try:
            return transaction()
        except DBAPIError as error:
            if not has_lost(error):
                raise
            log.info("transaction.lost", count=attempt)
            time.sleep(attempt * PAUSE_SECONDS)
    return transaction()

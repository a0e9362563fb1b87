"""Repeat a transaction that the server ended because of a conflict with another one."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

from shared.store.database import has_lost

log = structlog.get_logger()

Done = TypeVar("Done")

#: Maximum number of attempts, before the caller is asked to retry later.
TRIES: Final = 4
#: Seconds before the next attempt, times the number of attempts, so that the winner continues first. An immediate
#: attempt could take its locks again before the other transaction wakes up, and then abort that one.
PAUSE_SECONDS = 0.05


def until_won(transaction: Callable[[], Done]) -> Done:
    """Run a whole transaction and return its result; run it again if it lost a conflict, which left no effects.

    The erasure of a case can conflict with events about it that are being processed. Erasure uses one statement for
    each table of the case. A batch of events can have written to some of these tables, and no lock order prevents the
    conflict. The caller must hold no locks, because this waits between attempts. Raises the error of the last attempt.
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

"""A lock time-out belongs to the subject of the event that met it: the subject is held, and its source continues."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from shared.store.database import is_lock_timeout


class SubjectLocked(Exception):
    """An event waited too long for a lock that another transaction had. It is tried again, and no try is counted."""

    retryable = True


# control: H-AGENCY-1 lock-timeout-holds-the-subject
@contextmanager
def naming_locks() -> Iterator[None]:
    """Raise `SubjectLocked` for a lock time-out of what an event does. A lock on the cursor itself is not meant."""
    try:
        yield
    except DBAPIError as error:
        if is_lock_timeout(error):
            raise SubjectLocked from error
        raise

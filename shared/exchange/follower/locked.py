"""A lock timeout affects only the subject of its event: the subject is held, and the source continues."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from shared.store.database import is_lock_timeout


class SubjectLocked(Exception):
    """An event waited too long for another transaction's lock. It is retried without counting an attempt."""

    retryable = True


# control: H-AGENCY-1 lock-timeout-holds-the-subject
@contextmanager
def naming_locks() -> Iterator[None]:
    """Raise `SubjectLocked` for a lock timeout in an event's effects. Do not use it for a lock on the cursor."""
    try:
        yield
    except DBAPIError as error:
        if is_lock_timeout(error):
            raise SubjectLocked from error
        raise

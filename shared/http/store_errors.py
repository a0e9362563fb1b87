"""Answers for a database that is unavailable, busy or full: retry. The answer never blames the request."""

from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.store.database import is_full, is_of_server


class StoreAway(Exception):
    """The database was unavailable, or a lock was not acquired in time."""

    status = 503
    retryable = True


class StoreFull(Exception):
    """The database is full."""

    status = 503
    retryable = True
    title = "No room in the database"
    headers: Mapping[str, str] = {"Retry-After": "30"}

    def __init__(self) -> None:
        """Store the message for the caller."""
        super().__init__(
            "The database of this service is full, so nothing of this request was stored. Try again later. If this "
            "continues, tell your operator that the database is full."
        )


def translated(error: Exception) -> Exception:
    """Return the error to answer instead of a database error. Any other error is returned unchanged."""
    if is_full(error):
        return StoreFull()
    if isinstance(error, PoolTimeout) or (isinstance(error, SQLAlchemyError) and is_of_server(error)):
        return StoreAway()
    return error

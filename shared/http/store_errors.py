"""What a caller is told of a database that is away, busy or full: try again; and never that the request was wrong."""

from collections.abc import Mapping

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.store.database import is_full, is_of_server


class StoreAway(Exception):
    """The database was away, or a lock could not be had in time."""

    status = 503
    retryable = True


class StoreFull(Exception):
    """The database has no room."""

    status = 503
    retryable = True
    title = "No room in the database"
    headers: Mapping[str, str] = {"Retry-After": "30"}

    def __init__(self) -> None:
        """Store the words for whoever asked."""
        super().__init__(
            "Nothing can be stored at the moment, and nothing of this request was. Send it again in a while; if this "
            "stays, tell your operator that the service's database has no room."
        )


def translated(error: Exception) -> Exception:
    """Return what to answer instead of an error of the database server's; any other error as it is."""
    if is_full(error):
        return StoreFull()
    if isinstance(error, PoolTimeout) or (isinstance(error, SQLAlchemyError) and is_of_server(error)):
        return StoreAway()
    return error

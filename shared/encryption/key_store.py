"""Transactions in a service's key database, and the error if it is unavailable."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.store.database import is_passing


class KeyStoreAway(Exception):
    """The key database was unavailable."""

    status = 503
    retryable = True


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Return a connection that commits at the end. Raises `KeyStoreAway` for errors that the work did not cause."""
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        if is_passing(error):
            raise KeyStoreAway("the key database is away") from None
        raise

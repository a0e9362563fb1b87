"""Hide that two records were made by one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from shared.eventlog import Origin


@contextmanager
def apart(session: Session) -> Iterator[Origin]:
    """Record events that share neither correlation, cause nor trace with those of the rest of the transaction."""
    before: Origin = session.info["origin"]
    session.info["origin"] = Origin(before.emits)
    try:
        yield session.info["origin"]
    finally:
        session.info["origin"] = before

"""Hide that two records were made by one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from shared.exchange.eventlog import ORIGIN, Origin


@contextmanager
def unlinked(session: Session) -> Iterator[Origin]:
    """Record events that share neither correlation, cause nor trace with those of the rest of the transaction."""
    before = ORIGIN.of(session)
    alone = Origin(before.emits)
    ORIGIN.put(session, alone)
    try:
        yield alone
    finally:
        ORIGIN.put(session, before)

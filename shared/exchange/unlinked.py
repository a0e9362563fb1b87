"""Hide that two records were created by one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from shared.exchange.eventlog import ORIGIN, Origin


@contextmanager
def unlinked(session: Session) -> Iterator[Origin]:
    """Record events that share no correlation, cause or trace with the transaction's other events."""
    before = ORIGIN.of(session)
    alone = Origin(before.emits)
    ORIGIN.put(session, alone)
    try:
        yield alone
    finally:
        ORIGIN.put(session, before)

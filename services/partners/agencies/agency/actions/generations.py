"""Raise an agency's generation when something ends, and check it before an event is sent.

An ending commits without waiting for any receiver. A sender notes the generation before it decides what to send, and
checks it again before each event. If the generation has changed, the sender discards what it decided and reads again.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Generation
from shared.store.database import Database
from shared.store.statements import rows_into

_NOW: Final = "select coalesce((select count from stream_endings where agency = %(agency)s), 0) as count"


# control: H-AGENCY-1 endings-never-wait
def raise_for(session: Session, agencies: Iterable[UUID]) -> None:
    """Raise the generation of these agencies, in the transaction of the ending."""
    # All endings take the rows in one order, so that no two of them wait for each other.
    named = sorted(set(agencies))
    if named:
        new = rows_into(Generation, [{"agency": agency, "count": 1} for agency in named])
        session.execute(new.on_conflict_do_update(index_elements=["agency"], set_={"count": Generation.count + 1}))


def read(session: Session, agency: UUID) -> int:
    """Return the generation of an agency."""
    return session.scalar(select(Generation.count).where(Generation.agency == agency)) or 0


def is_current(database: Database, agency: UUID, generation: int) -> bool:
    """Return whether nothing has ended since a generation was read: one query, outside any transaction."""
    count: int = database.ask(_NOW, {"agency": agency})["count"]
    return count == generation

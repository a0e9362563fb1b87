"""Find the agency of a key, lock an agency in the register, and find its records.

The records of other agencies look as if they did not exist.
"""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Entry, Record
from shared.access import agencies
from shared.access.agencies import Agency
from shared.access.permissions import NotFound, existing
from shared.access.tokens import Principal

_Kind = TypeVar("_Kind", bound=Record)


def own_agency(by: Principal) -> UUID:
    """Return the agency of the caller's key. Raises `NotFound` for a caller without an agency's key."""
    return existing(by.agency)


def locked(session: Session, agency: UUID) -> tuple[Entry, Agency]:
    """Lock an agency in the register; return its entry and its public data. Raises `NotFound`."""
    entry = existing(session.get(Entry, agency, with_for_update=True))
    return entry, existing(agencies.find(session, agency))


def lock(session: Session, agency: UUID) -> str:
    """Lock an agency in the register, and with it its records; return its state. Raises `NotFound`."""
    return locked(session, agency)[1].state


def record_of(session: Session, kind: type[_Kind], agency: UUID, record_id: UUID, *, lock: bool = False) -> _Kind:
    """Return a record of an agency; `lock` locks its row until the transaction ends. Raises `NotFound`."""
    row: Any = session.get(kind, record_id, with_for_update=True if lock else None)
    if row is None or row.agency != agency:
        raise NotFound
    record: _Kind = row
    return record

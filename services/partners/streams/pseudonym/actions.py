"""The keys of pseudonyms: create them on first use, rotate them, and resolve pseudonyms."""

import secrets
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.agencies.agency.models import Entry
from services.partners.streams.pseudonym import rules
from services.partners.streams.pseudonym.models import PseudonymKey
from services.partners.streams.pseudonym.rules import Pseudonyms
from shared import encryption
from shared.access.permissions import existing
from shared.encryption import Cell


def of_agency(session: Session, agency: UUID, now: datetime) -> Pseudonyms:
    """Return an agency's current pseudonyms, and create its first key if needed. Raises `KeyStoreAway`."""
    newest = _newest(session, agency)
    if newest is None:
        # Two concurrent first uses would create different keys, so the agency's row is locked.
        session.get_one(Entry, agency, with_for_update=True)
        newest = _newest(session, agency) or _make(session, agency, 1, now)
    return _opened(session, newest)


def rotate(session: Session, agency: UUID, now: datetime) -> int:
    """Rotate the key of an agency's pseudonyms; return the generation of the new key. Raises `NotFound`."""
    existing(session.get(Entry, agency, with_for_update=True))
    newest = _newest(session, agency)
    return _make(session, agency, 1 if newest is None else newest.generation + 1, now).generation


def before(session: Session, agency: UUID) -> Pseudonyms | None:
    """Return an agency's pseudonyms before the last rotation; None if there was none."""
    query = select(PseudonymKey).where(PseudonymKey.agency == agency).order_by(PseudonymKey.generation.desc())
    older = session.scalars(query.offset(1).limit(1)).one_or_none()
    return None if older is None else _opened(session, older)


def every(session: Session, agency: UUID) -> list[Pseudonyms]:
    """Return an agency's pseudonyms under each of its keys, newest first."""
    query = select(PseudonymKey).where(PseudonymKey.agency == agency).order_by(PseudonymKey.generation.desc())
    return [_opened(session, row) for row in session.scalars(query)]


def _newest(session: Session, agency: UUID) -> PseudonymKey | None:
    query = select(PseudonymKey).where(PseudonymKey.agency == agency).order_by(PseudonymKey.generation.desc())
    return session.scalars(query.limit(1)).one_or_none()


def _make(session: Session, agency: UUID, generation: int, now: datetime) -> PseudonymKey:
    key = secrets.token_bytes(rules.KEY_BYTES).hex()
    sealed = encryption.of(session).seal(agency, _cell(agency, generation), key)
    row = PseudonymKey(agency=agency, generation=generation, key=sealed, since=now)
    session.add(row)
    session.flush()
    return row


def _opened(session: Session, row: PseudonymKey) -> Pseudonyms:
    key = encryption.of(session).unseal(row.agency, _cell(row.agency, row.generation), row.key)
    return Pseudonyms(bytes.fromhex(key))


def _cell(agency: UUID, generation: int) -> Cell:
    return Cell(PseudonymKey.__tablename__, "key", uuid5(agency, str(generation)))

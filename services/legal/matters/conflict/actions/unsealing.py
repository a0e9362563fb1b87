"""Encrypt and decrypt the names of parties. Only fingerprints of the names are searchable."""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.matters.conflict.models import Party
from services.legal.matters.conflict.rules import NamedParty, keys_of_names
from shared import encryption
from shared.encryption import Cell, KeyDestroyed

#: The blind index of the names of a case's parties.
BY_PARTY: Final = "matter.party"


def seal_names(session: Session, case: UUID, party: UUID, names: Iterable[dict[str, str]]) -> bytes:
    """Encrypt the names of a party. Raises `KeyDestroyed`."""
    return encryption.of(session).seal(case, _cell(party), json.dumps(list(names)))


def names_of(session: Session, party: Party) -> list[dict[str, str]]:
    """Return the names of a party, each with its kind. Raises `KeyDestroyed`."""
    names: list[dict[str, str]] = json.loads(encryption.of(session).unseal(party.case_id, _cell(party.id), party.names))
    return names


def named(session: Session, parties: Iterable[Party]) -> Iterator[NamedParty]:
    """Return parties with their names, without those of erased cases."""
    for party in parties:
        with suppress(KeyDestroyed):
            names = tuple(name["name"] for name in names_of(session, party))
            yield NamedParty(party.id, party.case_id, party.file, party.role, names)


def index_names(session: Session, case: UUID, coming: Iterable[str]) -> None:
    """Index a case by the names of its parties and by those that are about to be stored. Raises `KeyDestroyed`."""
    stored = session.scalars(select(Party).where(Party.case_id == case))
    names = [name for party in named(session, stored) for name in party.names]
    encryption.of(session).index(case, BY_PARTY, keys_of_names([*names, *coming]))


def cases_with(session: Session, cases: Collection[UUID], names: Iterable[str]) -> set[UUID]:
    """Return the cases that may have a party with a word of these names."""
    keys = keys_of_names(names)
    return encryption.of(session).found_among(sorted(cases), BY_PARTY, [keys]) if keys and cases else set()


def _cell(party: UUID) -> Cell:
    return Cell(Party.__tablename__, "names", party)

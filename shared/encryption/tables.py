"""Tables of a key database: wrapped keys, tombstones of destroyed keys, and fingerprints."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, Table, Text, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Connection

from shared.store.database import own_metadata

#: The tables of a key database; no other database has them.
metadata = own_metadata()
case_keys = Table(
    "case_keys",
    metadata,
    Column("subject", Uuid, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False, comment="the data key, under a key of the ring"),
    Column("ring_key", Text, nullable=False, comment="the name of that key"),
    Column(
        "changed_at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="made, or wrapped"
    ),
)
Index("case_keys_ring_key_index", case_keys.c.ring_key, case_keys.c.subject)
Index("case_keys_changed_at_index", case_keys.c.changed_at)
tombstones = Table(
    "tombstones",
    metadata,
    Column("subject", Uuid, primary_key=True, comment="a case that was erased: it never gets a key again"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
blind_indexes = Table(
    "blind_indexes",
    metadata,
    Column("subject", Uuid, primary_key=True),
    Column("purpose", Text, primary_key=True),
    Column("digest", LargeBinary, primary_key=True, comment="keyed fingerprint of a value that the case is found by"),
)
Index("blind_indexes_digest_index", blind_indexes.c.purpose, blind_indexes.c.digest)


def known_of(connection: Connection, subjects: Collection[UUID]) -> set[UUID]:
    """Return which of these subjects have a key or a tombstone in the database."""
    asked = literal(list(subjects), ARRAY(Uuid))
    keyed = select(case_keys.c.subject).where(case_keys.c.subject == any_(asked))
    dead = select(tombstones.c.subject).where(tombstones.c.subject == any_(asked))
    return set(connection.scalars(keyed.union_all(dead)))

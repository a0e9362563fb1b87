"""Encryption keys of confidential data: one data key per service and case, wrapped by a key ring.

Keys are in a separate database, because a key in the same backup as its data would undo erasure. A key is durable there
before any data encrypted with it is committed. Erasing a case destroys its key and leaves a tombstone, so that no new
key is created for it. For up to 1 minute, another process can still encrypt with a cached key; that data can never be
decrypted.

A key without a tombstone that is missing is lost: callers get an error, and no new key replaces it.
"""

from pathlib import Path

from sqlalchemy.orm import Session

from shared.encryption.key_store import KeyStoreAway
from shared.encryption.keys import Keys
from shared.encryption.missing import KeyDestroyed, KeyLost
from shared.encryption.sealed_rows import NOT_SEALED, SEALED_FOR_ID, SealedRows
from shared.encryption.tables import metadata
from shared.sealing.ring import FileRing, Ring, RingRefused
from shared.sealing.seal import Cell, SealBroken
from shared.store.context import ContextKey
from shared.store.migration import MigrationSet

#: The key database of each service, separate from its data.
MIGRATIONS = MigrationSet("keys", (Path(__file__).parent / "migrations",), lambda: (metadata,))
#: The keys of the transaction's service.
KEYS: ContextKey[Keys] = ContextKey("keys")

__all__ = [
    "KEYS",
    "MIGRATIONS",
    "NOT_SEALED",
    "SEALED_FOR_ID",
    "Cell",
    "FileRing",
    "KeyDestroyed",
    "KeyLost",
    "KeyStoreAway",
    "Keys",
    "Ring",
    "RingRefused",
    "SealBroken",
    "SealedRows",
    "of",
]


def of(session: Session) -> Keys:
    """Return the keys of the transaction's service."""
    return KEYS.of(session).within(session)

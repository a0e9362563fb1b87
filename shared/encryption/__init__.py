"""Keys for what may be read by nobody else: one data key per service and case, wrapped by a key ring.

Keys live in a database of their own, apart from the data (a key that travels in the same backup as its data undoes
erasure). A key is durable there before anything sealed under it commits. Erasing a case destroys its key and leaves a
tombstone: no key is made for it again. Another process may seal under a key that it still keeps, for a minute at most;
what it seals then can never be opened.

A key that is not there, and has no tombstone, is lost: whoever needs it is told so, and no other is made in its place.
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

#: The key database that each service has, apart from its data.
MIGRATIONS = MigrationSet("keys", (Path(__file__).parent / "migrations",), lambda: (metadata,))
#: The keys of the service whose transaction it is.
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
    """Return the keys of the service whose transaction this is."""
    return KEYS.of(session).within(session)

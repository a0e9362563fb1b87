"""Keys for what may be read by nobody else: one data key per service and case, wrapped by a key ring.

Keys live in a database of their own, apart from the data (a key that travels in the same backup as its data undoes
erasure). A key is durable there before anything sealed under it commits. Erasing a case destroys its key and leaves a
tombstone: no key is made for it again. Another process may seal under a key that it still keeps, for a minute at most;
what it seals then can never be opened.
"""

from sqlalchemy.orm import Session

from shared.keys.ring import FileRing, Ring, RingRefused
from shared.keys.sealing import Place, SealBroken
from shared.keys.store import KeyDestroyed, Keys, KeyStoreAway

#: Where a process keeps its keys for every transaction (`Database.standing`).
STANDING = "keys"

__all__ = ["FileRing", "KeyDestroyed", "KeyStoreAway", "Keys", "Place", "Ring", "RingRefused", "SealBroken", "of"]


def of(session: Session) -> Keys:
    """Return the keys of the service whose transaction this is."""
    keys: Keys = session.info[STANDING]
    return keys

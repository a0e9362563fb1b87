"""Data keys of one service: create, look up, rewrap and destroy."""

import copy
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    LargeBinary,
    Uuid,
    all_,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from shared.encryption import key_store
from shared.encryption.missing import KeyDestroyed, KeyLost
from shared.encryption.sealed_rows import SealedRows
from shared.encryption.tables import blind_indexes, case_keys, known_of, tombstones
from shared.sealing.ring import Ring
from shared.sealing.seal import KEY_BYTES, Cell, bound, seal, unseal
from shared.store.database import TableRow
from shared.telemetry import crash, metrics
from shared.telemetry.logs import logger

log = logger()

#: Maximum age of a cached key (seconds), which limits the use of a key that another process has destroyed.
CACHE_SECONDS = 60.0
CACHED_AT_MOST = 2_000

_WRAP_ANEW = (
    update(case_keys)
    .where(case_keys.c.subject == bindparam("of"))
    .values(wrapped=bindparam("anew"), ring_key=bindparam("under"), changed_at=func.clock_timestamp())
)
#: Filter the digests after reading the rows, so that no index finds those of other cases.
_INDEXED = (
    select(
        blind_indexes.c.subject,
        func.coalesce(
            func.array_agg(blind_indexes.c.digest).filter(
                blind_indexes.c.digest == any_(bindparam("digests", type_=ARRAY(LargeBinary)))
            ),
            literal([], ARRAY(LargeBinary)),
        ).label("digests"),
    )
    .where(
        blind_indexes.c.purpose == bindparam("purpose"),
        blind_indexes.c.subject == any_(bindparam("subjects", type_=ARRAY(Uuid))),
    )
    .group_by(blind_indexes.c.subject)
)


@dataclass(frozen=True)
class KeyUsage:
    """The state of a ring in one process, and the number of data keys under each of its keys."""

    current: str
    names: tuple[str, ...]
    under: dict[str, int]

    @property
    def left(self) -> int:
        """The number of data keys that a rotation still has to rewrap."""
        return sum(count for name, count in self.under.items() if name != self.current)


class Keys:
    """The keys of one service."""

    def __init__(self, engine: Engine, ring: Ring, service: str, sealed_rows: SealedRows | None = None) -> None:
        """Store the key database, the ring, and the encrypted columns, which show that a case had a key."""
        self._engine = engine
        self._ring = ring
        self._service = service
        self._sealed_rows = sealed_rows
        self.session: Session | None = None
        self._cached: OrderedDict[UUID, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def within(self, session: Session) -> "Keys":
        """Return the same keys for one transaction, whose rows distinguish a new case from one with a lost key."""
        keys = copy.copy(self)
        keys.session = session
        return keys

    def seal(self, subject: UUID, place: Cell, text: str) -> bytes:
        """Encrypt a value of a case for one place. Creates the case's key durably on first use.

        Raises `KeyDestroyed`, `KeyLost` and `KeyStoreAway`.
        """
        key = self._find(subject) or self._first(subject)
        return seal(key, text.encode(), bound(self._service, subject, place))

    def unseal(self, subject: UUID, place: Cell, sealed: bytes) -> str:
        """Decrypt a value.

        Raises `KeyDestroyed`, `KeyLost`, `KeyStoreAway`, and `SealBroken` for a value from another place.
        """
        key = self._find(subject)
        if key is None:
            raise self._missing(subject)
        return unseal(key, sealed, bound(self._service, subject, place)).decode()

    def prepare(self, subjects: Collection[UUID]) -> None:
        """Read the keys of many subjects in one statement, before decrypting data of each.

        Raises `KeyStoreAway`.
        """
        now = time.monotonic()
        with self._lock:
            missing = [subject for subject in set(subjects) if now >= self._cached.get(subject, (0.0, b""))[0]]
        if not missing:
            return
        query = select(case_keys).where(case_keys.c.subject == any_(literal(missing, ARRAY(Uuid))))
        with key_store.transaction(self._engine) as connection:
            rows = connection.execute(query).all()
        for row in rows:
            self._cache(row.subject, self._ring.unwrap(row.ring_key, row.wrapped, self._bound(row.subject)))

    def destroy(self, subject: UUID) -> None:
        """Destroy a case's key permanently and leave a tombstone. Idempotent. Raises `KeyStoreAway`."""
        with key_store.transaction(self._engine) as connection:
            _lock(connection, subject)
            connection.execute(insert(tombstones).values(subject=subject).on_conflict_do_nothing())
            connection.execute(delete(case_keys).where(case_keys.c.subject == subject))
            connection.execute(delete(blind_indexes).where(blind_indexes.c.subject == subject))
        with self._lock:
            self._cached.pop(subject, None)

    def is_destroyed(self, subject: UUID) -> bool:
        """Return whether a case was erased. Raises `KeyStoreAway`."""
        with key_store.transaction(self._engine) as connection:
            return _is_destroyed(connection, subject)

    def destroyed(self) -> set[UUID]:
        """Return every case that was erased. Raises `KeyStoreAway`."""
        with key_store.transaction(self._engine) as connection:
            return set(connection.scalars(select(tombstones.c.subject)))

    def fingerprint(self, purpose: str, value: str) -> bytes:
        """Return the keyed digest that finds equal values (blind index)."""
        return self._ring.fingerprint(f"{self._service}/{purpose}", value.encode())

    def index(self, subject: UUID, purpose: str, values: Collection[str]) -> None:
        """Replace a case's index entries for a purpose with these values, durably.

        Stores only keyed fingerprints. Raises `KeyDestroyed` and `KeyStoreAway`.
        """
        digests = self._digests(purpose, values)
        names = ("subject", "purpose", "digest")
        new = select(literal(subject, Uuid), literal(purpose), func.unnest(digests))
        own = (blind_indexes.c.subject == subject) & (blind_indexes.c.purpose == purpose)
        with key_store.transaction(self._engine) as connection:
            _lock_living(connection, subject)
            connection.execute(delete(blind_indexes).where(own, blind_indexes.c.digest != all_(digests)))
            connection.execute(insert(blind_indexes).from_select(names, new).on_conflict_do_nothing())

    def found_among(self, subjects: Sequence[UUID], purpose: str, asked: Sequence[Collection[str]]) -> set[UUID]:
        """Return which of these cases have a value of each collection in the index; none without a collection.

        One statement reads all rows of these cases, for any requested values. Its duration and its plan therefore
        do not reveal whether another case has the values. Raises `KeyStoreAway`.
        """
        alternatives = [{self.fingerprint(purpose, text) for text in values} for values in asked]
        every_digest = sorted(set().union(*alternatives))
        with key_store.transaction(self._engine) as connection:
            rows = connection.execute(
                _INDEXED, {"subjects": list(subjects), "purpose": purpose, "digests": every_digest}
            )
            return {row.subject for row in rows if asked and all(digests & {*row.digests} for digests in alternatives)}

    def _digests(self, purpose: str, values: Collection[str]) -> BindParameter[list[bytes]]:
        """Return the fingerprints as one array parameter, which is much faster than one parameter for each."""
        return literal(sorted({self.fingerprint(purpose, text) for text in values}), ARRAY(LargeBinary))

    def rewrap(self, most: int) -> tuple[int, int]:
        """Rewrap up to `most` keys under the ring's current key; return the numbers of rewrapped and of remaining keys.

        It can be interrupted and repeated. Requests do not wait for it, because the data is unchanged.
        """
        old = case_keys.c.ring_key != self._ring.current
        with key_store.transaction(self._engine) as connection:
            query = select(case_keys).where(old).order_by(case_keys.c.ring_key, case_keys.c.subject).limit(most)
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            if rows:
                connection.execute(_WRAP_ANEW, [self._wrapped_anew(row) for row in rows])
            left = int(connection.execute(select(func.count()).where(old)).scalar_one())
        return len(rows), left

    def usage(self) -> KeyUsage:
        """Return the number of keys under each key of the ring. Raises `KeyStoreAway`."""
        under = select(case_keys.c.ring_key, func.count()).group_by(case_keys.c.ring_key)
        with key_store.transaction(self._engine) as connection:
            counted = {str(name): int(count) for name, count in connection.execute(under)}
        return KeyUsage(self._ring.current, self._ring.names, counted)

    def _wrapped_anew(self, row: TableRow) -> dict[str, object]:
        key = self._ring.unwrap(row.ring_key, row.wrapped, self._bound(row.subject))
        name, wrapped = self._ring.wrap(key, self._bound(row.subject))
        return {"of": row.subject, "anew": wrapped, "under": name}

    def _find(self, subject: UUID) -> bytes | None:
        with self._lock:
            until, key = self._cached.get(subject, (0.0, b""))
        if time.monotonic() < until:
            return key
        with key_store.transaction(self._engine) as connection:
            row = connection.execute(select(case_keys).where(case_keys.c.subject == subject)).first()
        if row is None:
            return None
        return self._cache(subject, self._ring.unwrap(row.ring_key, row.wrapped, self._bound(subject)))

    def _first(self, subject: UUID) -> bytes:
        """Return the key of a case without a visible key; create it, unless the case's rows show that it had one.

        A second key would replace the first, which could then never be restored.
        """
        if self.session is None or self._sealed_rows is None or not self._sealed_rows.has(self.session, subject):
            return self._make(subject)
        # A process that has just encrypted these rows created the key before.
        key = self._find(subject)
        if key is None:
            raise self._missing(subject)
        return key

    def _missing(self, subject: UUID) -> KeyDestroyed | KeyLost:
        """Return the error for a case with encrypted rows but without a key."""
        if self.is_destroyed(subject):
            return KeyDestroyed()
        metrics.lost_keys_met.inc()
        log.error("keys.lost_one_met", service=self._service)
        return KeyLost()

    def lacking(self, subjects: Collection[UUID]) -> set[UUID]:
        """Return the subjects with neither a key nor a tombstone. Raises `KeyStoreAway`."""
        with key_store.transaction(self._engine) as connection:
            return set(subjects) - known_of(connection, subjects)

    def _make(self, subject: UUID) -> bytes:
        key = os.urandom(KEY_BYTES)
        with key_store.transaction(self._engine) as connection:
            _lock_living(connection, subject)
            # Wrap inside the transaction, which has a time limit. An old ring key that has wrapped no data key for that
            # long can therefore be deleted safely, even if a process was suspended in between.
            name, wrapped = self._ring.wrap(key, self._bound(subject))
            row = {"subject": subject, "wrapped": wrapped, "ring_key": name}
            new_key = insert(case_keys).values(**row).on_conflict_do_nothing().returning(case_keys.c.subject)
            is_ours = connection.execute(new_key).first() is not None
        crash.point("keys.after_making")
        if is_ours:
            return self._cache(subject, key)
        existing = self._find(subject)
        if existing is None:
            raise KeyDestroyed
        return existing

    def _cache(self, subject: UUID, key: bytes) -> bytes:
        with self._lock:
            self._cached[subject] = (time.monotonic() + CACHE_SECONDS, key)
            self._cached.move_to_end(subject)
            while len(self._cached) > CACHED_AT_MOST:
                self._cached.popitem(last=False)
        return key

    def _bound(self, subject: UUID) -> bytes:
        return bound(self._service, subject, Cell("case_keys", "wrapped", subject))


def _lock(connection: Connection, subject: UUID) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(subject), 0))))


def _lock_living(connection: Connection, subject: UUID) -> None:
    """Lock a case, as `destroy` does, so that no key is added after a tombstone. Raises `KeyDestroyed`."""
    _lock(connection, subject)
    if _is_destroyed(connection, subject):
        raise KeyDestroyed


def _is_destroyed(connection: Connection, subject: UUID) -> bool:
    query = select(tombstones.c.subject).where(tombstones.c.subject == subject)
    return connection.execute(query).first() is not None

"""Metrics of a service's keys: what a rotation has left to do, how old their archive is, and which are lost."""

import math
import time
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from shared.encryption.archive import Archive
from shared.encryption.key_store import KeyStoreAway
from shared.encryption.keys import Keys, KeyUsage
from shared.encryption.sealed_rows import SealedRows
from shared.store.database import Database
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

LOOK_SECONDS = 15.0
#: How often all that is sealed is held against the keys, where nothing hints at a restored key database.
COMPARE_SECONDS = 3_600.0

log = logger()


class KeyWatch(Loop):
    """Loop that measures the keys, in every replica: each reports the same figures."""

    def __init__(
        self, keys: Keys, archive: Archive | None, database: Database | None = None, sealed: SealedRows | None = None
    ) -> None:
        """Store the keys, their archive if there is one, and where it shows of whom something is sealed."""
        super().__init__(self.look, pause=LOOK_SECONDS)
        self._keys = keys
        self._archive = archive
        self._database = database
        self._sealed = sealed
        self._compare_at = -math.inf
        self._count = 0
        self._lost = 0

    def look(self) -> None:
        """Look once; a key database that is away leaves what was seen last."""
        try:
            metrics.key_archive_age.set(self._archive_age())
            usage = self._keys.usage()
            metrics.keys_under_old.set(usage.left)
            if self._is_to_compare(usage):
                self.count_lost()
                self._compare_at = time.monotonic() + COMPARE_SECONDS
        except (KeyStoreAway, OSError, SQLAlchemyError) as error:
            log.info("keys.not_looked_at", reason=type(error).__name__)

    def _is_to_compare(self, usage: KeyUsage) -> bool:
        """Return whether it is time again, or there are fewer keys than there were, or more while some are lost."""
        before, self._count = self._count, sum(usage.under.values())
        return time.monotonic() >= self._compare_at or self._count < before or (self._lost > 0 and self._count > before)

    def count_lost(self) -> int:
        """Return of how many subjects something is sealed without a key or a tombstone being there.

        Raises `KeyStoreAway`, and `SQLAlchemyError` where the data are away.
        """
        if self._database is None or self._sealed is None:
            return 0
        lost: set[UUID] = set()
        # First the data, then the keys: a key is there before what is sealed with it.
        for subjects in self._sealed.pages(self._database):
            lost |= self._keys.lacking(subjects)
        self._lost = len(lost)
        metrics.keys_lost.set(len(lost))
        if lost:
            log.error("keys.lost", count=len(lost), reason="neither key nor tombstone: docs/guides/operate/keys.md")
        return len(lost)

    def _archive_age(self) -> float:
        if self._archive is None:
            return math.nan
        age = self._archive.age()
        return math.inf if age is None else age

"""Metrics of a service's keys: remaining rotation work, age of the archive, and number of lost keys."""

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
#: Seconds between comparisons of all encrypted data with the keys, unless the key database seems to be restored.
COMPARE_SECONDS = 3_600.0

log = logger()


class KeyWatch(Loop):
    """Loop that measures the keys in every replica; all report the same figures."""

    def __init__(
        self, keys: Keys, archive: Archive | None, database: Database | None = None, sealed: SealedRows | None = None
    ) -> None:
        """Store the keys, their archive if there is one, and the encrypted columns."""
        super().__init__(self.look, pause=LOOK_SECONDS)
        self._keys = keys
        self._archive = archive
        self._database = database
        self._sealed = sealed
        self._compare_at = -math.inf
        self._count = 0
        self._lost = 0

    def look(self) -> None:
        """Check once; if the key database is unavailable, the last figures remain."""
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
        """Return whether a comparison is due, the number of keys fell, or it rose while some are lost."""
        before, self._count = self._count, sum(usage.under.values())
        return time.monotonic() >= self._compare_at or self._count < before or (self._lost > 0 and self._count > before)

    def count_lost(self) -> int:
        """Count the subjects that have encrypted data but neither a key nor a tombstone.

        Raises `KeyStoreAway`, and `SQLAlchemyError` if the data are unavailable.
        """
        if self._database is None or self._sealed is None:
            return 0
        lost: set[UUID] = set()
        # Read the data before the keys: a key exists before the data encrypted with it.
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

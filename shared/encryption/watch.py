"""Metrics of a service's keys: what a rotation has left to do, and how old their archive is."""

import math

from shared.encryption.archive import Archive
from shared.encryption.key_store import KeyStoreAway
from shared.encryption.keys import Keys
from shared.store.loop import Loop
from shared.telemetry import metrics
from shared.telemetry.logs import logger

LOOK_SECONDS = 15.0

log = logger()


class KeyWatch(Loop):
    """Loop that measures the keys, in every replica: each reports the same figures."""

    def __init__(self, keys: Keys, archive: Archive | None) -> None:
        """Store the keys, and their archive if there is one."""
        super().__init__(self.look, pause=LOOK_SECONDS)
        self._keys = keys
        self._archive = archive

    def look(self) -> None:
        """Look once; a key database that is away leaves what was seen last."""
        try:
            metrics.key_archive_age.set(self._archive_age())
            metrics.keys_under_old.set(self._keys.usage().left)
        except (KeyStoreAway, OSError) as error:
            log.info("keys.not_looked_at", reason=type(error).__name__)

    def _archive_age(self) -> float:
        if self._archive is None:
            return math.nan
        age = self._archive.age()
        return math.inf if age is None else age

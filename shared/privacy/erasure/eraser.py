"""The loop that completes erasures: it destroys the key of each erased subject, and then acknowledges."""

import time
from uuid import uuid5

from sqlalchemy.exc import SQLAlchemyError

from shared.encryption import Keys, KeyStoreAway
from shared.events.contract import Emits
from shared.exchange import tombstones
from shared.exchange.eventlog import ORIGIN, Origin, reaction_ids
from shared.exchange.tombstones import Tombstone
from shared.privacy import erasure
from shared.privacy.erasure import Erasing
from shared.store.database import Database, is_passing
from shared.store.loop import Loop
from shared.telemetry import crash
from shared.telemetry.logs import logger

POLL_SECONDS = 0.5
#: How often the tombstones of the data and of the keys are compared: one of the databases may have been restored.
COMPARE_SECONDS = 60.0

log = logger()


class Eraser(Loop):
    """Completes the erasures of one service. It runs on any replica, and each erasure is completed once."""

    def __init__(self, database: Database, keys: Keys, emits: Emits, erasing: Erasing) -> None:
        """Store the service's dependencies, and how it erases and acknowledges."""
        self._database = database
        self._keys = keys
        self._emits = emits
        self._erasing = erasing
        super().__init__(self._work_off, pause=POLL_SECONDS, passing=(KeyStoreAway, SQLAlchemyError))
        self._is_any_incomplete = database.whether_any(tombstones.INCOMPLETE)
        self._compare_at = 0.0

    def report(self, error: Exception) -> None:
        """Log a transient error as an interruption, any other with its location."""
        if not isinstance(error, KeyStoreAway) and not is_passing(error):
            log.error("erasure.failed", exc_info=error)
        else:
            log.warning("erasure.interrupted", reason=type(error).__name__)

    def _work_off(self) -> None:
        """Complete the erasures in progress. From time to time, compare the data with the keys."""
        # Erasures in progress come first: a case that can't be erased again must not block the others.
        self.complete_all()
        if time.monotonic() >= self._compare_at:
            self.compare()
            self._compare_at = time.monotonic() + COMPARE_SECONDS

    def complete_all(self) -> int:
        """Destroy the keys of erased subjects and acknowledge. Return how many. Raises `KeyStoreAway`."""
        if not self._is_any_incomplete():
            return 0
        with self._database.transaction() as session:
            waiting = tombstones.incomplete(session)
        return sum(self._complete(tombstone) for tombstone in waiting if not self.is_stopping)

    def _complete(self, waiting: Tombstone) -> bool:
        crash.point("erasure.before_destroying")
        # Also if rows are kept: they contain nothing sealed, and older backups contain the data sealed with this key.
        self._keys.destroy(waiting.subject)
        # The ids follow from the request: published twice, it is still one event.
        acknowledgement = uuid5(waiting.request or waiting.subject, f"{self._emits.service}/{waiting.answer}")
        origin = Origin(
            self._emits, correlation=waiting.request or waiting.subject, next_id=reaction_ids(acknowledgement)
        )
        with self._database.transaction(ORIGIN.holding(origin)) as session:
            erased = tombstones.mark_complete(session, waiting.subject)
            if erased is None or erased != waiting:
                session.rollback()
                return False
            if erased.request is not None:
                self._erasing.acknowledge(session, erased)
        log.info("erasure.ended", answer=waiting.answer)
        return True

    def compare(self) -> None:
        """Erase here what only the key database knows as erased, and destroy the keys of what only the data know."""
        dead = self._keys.destroyed()
        with self._database.transaction() as session:
            here = tombstones.every(session)
        for subject in sorted(dead - here):
            # This can change other cases: a deadline that rested because of this one runs again.
            with self._database.transaction(ORIGIN.holding(Origin(self._emits))) as session:
                erasure.begin(session, subject, None, self._erasing.erase)
            log.warning("erasure.done_again", reason="the data were restored")
        for subject in sorted(here - dead):
            self._keys.destroy(subject)

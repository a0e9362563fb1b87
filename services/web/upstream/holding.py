"""The limit of requests that a page holds open to wait for new alerts: each occupies a thread of this process.

A page above the limit asks again after a minute, as it does without this.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

#: The time for which a request is held (seconds).
HELD_SECONDS: Final = 20
#: The most held requests of one session: its windows share them.
MOST_OF_SESSION: Final = 2
#: The most held requests in all, as a share of the threads.
SHARE: Final = 0.5


@dataclass
class Holding:
    """The held requests of one process, by session."""

    most: int
    _held: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    # control: H-DESK-10 held-requests-are-bounded
    @contextmanager
    def room(self, session: str) -> Iterator[bool]:
        """Yield whether there is room to hold one more request of a session; it is taken as long as the block lasts."""
        with self._lock:
            has_room = self._held.total() < self.most and self._held[session] < MOST_OF_SESSION
            self._held[session] += has_room
        try:
            yield has_room
        finally:
            with self._lock:
                self._held[session] -= has_room
                if not self._held[session]:
                    del self._held[session]

"""Background loop: one step again and again, with a pause after each, until it is stopped.

In a process with green threads its waits are cooperative too: they are those of `threading`, which the host replaces.
"""

import threading
from collections.abc import Callable


class Loop:
    """Runs a step until stopped.

    An error of the types in `passing` ends only the current step: it is reported, and the next step runs after `retry`
    and `pause` (both in seconds). Any other error ends the loop, and `run` raises it.
    """

    def __init__(
        self,
        step: Callable[[], object],
        *,
        pause: float = 0.0,
        retry: float = 0.0,
        passing: tuple[type[Exception], ...] = (),
        pause_first: bool = False,
    ) -> None:
        """Store the step; `pause_first` delays the first one, because a start has more urgent work."""
        self._step = step
        self._passing = passing
        self._pause_first = pause_first
        self._stopping = threading.Event()
        self.pause = pause
        self.retry = retry

    @property
    def is_stopping(self) -> bool:
        """Whether the loop was stopped; a long step checks this between its parts."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Finish the current step, then return from `run`."""
        self._stopping.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for some seconds (None: without a limit), or until stopped."""
        if seconds != 0:
            self._stopping.wait(seconds)

    def run(self) -> None:
        """Run step after step, until stopped."""
        if self._pause_first:
            self.wait(self.pause)
        while not self.is_stopping:
            try:
                self._step()
            except self._passing as error:
                self.report(error)
                self.wait(self.retry)
            self.wait(self.pause)

    def report(self, error: Exception) -> None:
        """Log an error in `passing` that has ended a step; each loop logs its own event."""

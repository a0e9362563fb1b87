"""A loop that runs beside the requests: one step again and again, with a pause after each, until it is stopped.

Where a process is cooperative, its waits are too: they are those of `threading`, which the host replaces.
"""

import threading
from collections.abc import Callable


class Loop:
    """Runs a step until stopped.

    An error of the kinds in `passing` ends a step, and not the loop: it is reported, and after `retry` and `pause`
    (both in seconds) the next step tries again. Any other error ends the loop, and is raised by `run`.
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
        """Store what a step is; with `pause_first`, a start has more urgent work than the first step."""
        self._step = step
        self._passing = passing
        self._pause_first = pause_first
        self._stopping = threading.Event()
        self.pause = pause
        self.retry = retry

    @property
    def is_stopping(self) -> bool:
        """Whether the loop was told to stop: a step that takes long asks between two of its parts."""
        return self._stopping.is_set()

    def stop(self) -> None:
        """Finish what is in hand, then return from `run`."""
        self._stopping.set()

    def wait(self, seconds: float | None = None) -> None:
        """Wait so long (without a number: for ever), or until stopped."""
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
        """Log an error in `passing` that has ended a step; each loop has an event of its own for it."""

import threading
from typing import Any

import pytest

from shared.store.loop import Loop
from tests.kit.waiting import PATIENCE


class Stepping(Loop):
    """A loop that takes one step per given error (None: no error), records its actions in order, then stops."""

    def __init__(self, *errors: Exception | None, **settings: Any) -> None:
        super().__init__(self._next, **settings)
        self._errors = list(errors)
        self.history: list[str] = []

    def _next(self) -> None:
        self.history.append("step")
        error = self._errors.pop(0)
        if not self._errors:
            self.stop()
        if error is not None:
            raise error

    def wait(self, seconds: float | None = None) -> None:
        self.history.append(f"wait {seconds}")

    def report(self, error: Exception) -> None:
        self.history.append(f"report {type(error).__name__}")


def test_a_pause_follows_each_step() -> None:
    loop = Stepping(None, None, pause=3)
    loop.run()
    assert loop.history == ["step", "wait 3", "step", "wait 3"]


def test_a_loop_may_begin_with_its_pause() -> None:
    loop = Stepping(None, pause=3, pause_first=True)
    loop.run()
    assert loop.history == ["wait 3", "step", "wait 3"]


def test_a_passing_error_is_reported_and_the_next_step_tries_again() -> None:
    loop = Stepping(TimeoutError(), None, pause=3, retry=5, passing=(OSError,))
    loop.run()
    assert loop.history == ["step", "report TimeoutError", "wait 5", "wait 3", "step", "wait 3"]


def test_any_other_error_ends_the_loop() -> None:
    loop = Stepping(LookupError(), None, passing=(OSError,))
    with pytest.raises(LookupError):
        loop.run()
    assert loop.history == ["step"]


@pytest.mark.parametrize("settings", [{"pause": 600}, {"pause": 600, "pause_first": True}])
def test_a_stop_ends_the_pause_at_once(settings: dict[str, Any]) -> None:
    loop = Loop(lambda: None, **settings)
    running = threading.Thread(target=loop.run, daemon=True)
    running.start()
    loop.stop()
    running.join(PATIENCE)
    assert not running.is_alive()


def test_a_stopped_loop_takes_no_step() -> None:
    loop = Stepping(None)
    loop.stop()
    loop.run()
    assert loop.history == []


def test_a_step_may_wait_for_as_long_as_the_loop_runs() -> None:
    loop = Loop(lambda: loop.wait())  # noqa: PLW0108 (it does not exist yet)
    running = threading.Thread(target=loop.run, daemon=True)
    running.start()
    loop.stop()
    running.join(PATIENCE)
    assert not running.is_alive()

"""A transaction that lost a conflict is retried after a pause, a limited number of times. Other errors are raised."""

from collections.abc import Callable

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from shared.store import contending
from shared.store.contending import PAUSE_SECONDS, TRIES, until_won


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr(contending.time, "sleep", made.append)
    return made


def losing(times: int, lost: psycopg.OperationalError) -> Callable[[], str]:
    """Return a transaction that fails `times` times before it succeeds."""
    left = [lost] * times

    def transaction() -> str:
        if left:
            raise OperationalError("select", None, left.pop())
        return "done"

    return transaction


def test_it_is_begun_again_after_pauses_that_grow(pauses: list[float]) -> None:
    assert until_won(losing(TRIES - 1, psycopg.errors.DeadlockDetected())) == "done"
    assert pauses == [PAUSE_SECONDS, 2 * PAUSE_SECONDS, 3 * PAUSE_SECONDS]


def test_one_that_wins_does_not_pause(pauses: list[float]) -> None:
    assert until_won(losing(0, psycopg.errors.DeadlockDetected())) == "done"
    assert pauses == []


def test_after_so_many_tries_what_the_last_one_raised_is_raised(pauses: list[float]) -> None:
    with pytest.raises(OperationalError):
        until_won(losing(TRIES, psycopg.errors.DeadlockDetected()))
    assert len(pauses) == TRIES - 1


def test_what_is_no_loss_is_raised_at_once(pauses: list[float]) -> None:
    with pytest.raises(OperationalError):
        until_won(losing(1, psycopg.errors.LockNotAvailable()))
    assert pauses == []

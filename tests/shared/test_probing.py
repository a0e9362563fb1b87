"""Many different unknown paths raise an alarm; typing errors and events that have not arrived yet do not."""

import pytest

from shared.http.denials import ALARMING, MOST_ADDRESSES, MOST_CALLERS, WINDOW, Probing


class Clock:
    """A clock in seconds that a test moves."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def probing(clock: Clock) -> Probing:
    return Probing(clock)


def alarms(probing: Probing, caller: str, addresses: range) -> list[int]:
    counts = [probing.count(caller, f"/v1/cases/{number}") for number in addresses]
    return [count for count in counts if count is not None]


def test_an_alarm_is_raised_at_the_threshold_and_at_each_doubling(probing: Probing) -> None:
    assert alarms(probing, "one", range(ALARMING - 1)) == []
    assert alarms(probing, "another", range(ALARMING - 1)) == [], "each caller is counted alone"
    assert alarms(probing, "one", range(ALARMING - 1, 2 * ALARMING)) == [ALARMING, 2 * ALARMING]


def test_one_address_counts_once_however_often_it_is_asked_for(probing: Probing) -> None:
    assert all(probing.count("one", "/v1/cases/stale") is None for _ in range(10 * ALARMING))


def test_what_is_there_after_all_does_not_count(probing: Probing) -> None:
    for number in range(10 * ALARMING):
        assert probing.count("one", f"/v1/cases/{number}") is None
        probing.found("one", f"/v1/cases/{number}")
    probing.found("somebody who missed nothing", "/v1/cases/1")


def test_slips_of_a_day_do_not_add_up(probing: Probing, clock: Clock) -> None:
    for number in range(10 * ALARMING):
        clock.seconds += WINDOW / (ALARMING - 2)
        assert probing.count("one", f"/v1/cases/{number}") is None


def test_who_goes_on_is_told_of_again_in_each_window(probing: Probing, clock: Clock) -> None:
    assert len(alarms(probing, "one", range(10 * MOST_ADDRESSES))) == 3
    clock.seconds += WINDOW
    assert alarms(probing, "one", range(MOST_ADDRESSES)) != []


def test_what_is_remembered_has_an_end(probing: Probing) -> None:
    alarms(probing, "one", range(10 * MOST_ADDRESSES))
    assert len(probing._callers["one"].addresses) == MOST_ADDRESSES
    for number in range(MOST_CALLERS + 10):
        probing.count(str(number), "/v1/cases/1")
    assert len(probing._callers) == MOST_CALLERS
    assert "one" not in probing._callers

"""A service that does not respond costs the full timeout once, and not on every page."""

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.upstream import circuit
from services.web.upstream.circuit import BRIEF, FULL, REMEMBERED, Circuit
from services.web.upstream.client import Ask, Caller, Upstream
from tests.kit.stand_in import StandIn

READER = Caller("token", "en", "192.0.2.1", datetime(2026, 12, 1, tzinfo=UTC))


def test_after_a_time_out_pages_wait_briefly_until_the_service_answers() -> None:
    found = Circuit()
    assert found.seconds("support", 0) == FULL
    found.timed_out("support", FULL, 10)
    assert (found.seconds("support", 11), found.seconds("intake", 11)) == (BRIEF, FULL)
    found.answered("support")
    assert found.seconds("support", 12) == FULL


def test_one_request_in_a_while_waits_for_a_slow_service() -> None:
    found = Circuit()
    found.timed_out("support", FULL, 0)
    found.timed_out("support", BRIEF, 5)
    assert [found.seconds("support", REMEMBERED) for _request in range(3)] == [FULL, BRIEF, BRIEF]


@given(st.lists(st.tuples(st.sampled_from(["ask", "answer", "time out"]), st.floats(0, 2 * REMEMBERED)), max_size=30))
def test_a_service_is_waited_for_in_full_again_whatever_happened_before(steps: list[tuple[str, float]]) -> None:
    found, now = Circuit(), 0.0
    for what, later in steps:
        now += later
        if what == "answer":
            found.answered("support")
        else:
            seconds = found.seconds("support", now)
            if what == "time out":
                found.timed_out("support", seconds, now)
    assert found.seconds("support", now + REMEMBERED) == FULL


@pytest.mark.integration
def test_a_service_that_continues_is_shown_again_with_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit, "FULL", 0.3)
    monkeypatch.setattr("services.web.upstream.client.FULL", 0.3)
    monkeypatch.setattr(circuit, "BRIEF", 0.1)
    stand_in, continues = StandIn(), threading.Event()

    def answer(*_request: Any) -> tuple[int, Any]:
        continues.wait(30)
        return 200, {"id": "x"}

    stand_in.answer = answer
    upstream, ask = Upstream(stand_in.targets.urls), Ask("support", "/v1/alerts")
    try:
        assert [upstream.send(ask, READER).status for _page in range(2)] == [0, 0]
        continues.set()
        monkeypatch.setattr(circuit, "BRIEF", 30.0)
        assert upstream.send(ask, READER).status == 200
    finally:
        continues.set()
        stand_in.close()

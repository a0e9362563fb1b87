"""Fair scheduling of callers, and the cache of verified tokens."""

import json
import threading
import time
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest

from shared.access import known_tokens, tokens
from shared.access.known_tokens import KnownTokens
from shared.access.visitors import IN_ENVIRON, header
from shared.http import callers
from shared.http.callers import Callers, Turns
from shared.http.rates import AskedTooManyAtOnce, AskedTooOften, Rates
from tests.kit.waiting import PATIENCE, wait_until

KEY = tokens.new_key(tokens.STAFF)
KEYS = json.dumps(tokens.public_set([KEY]))


def staff_token(lifetime: int = 300, subject: str = "") -> str:
    token = tokens.issue(KEY, subject=subject or str(uuid4()), roles=["caseworker"], lifetime=lifetime)
    return f"Bearer {token}"


def test_a_caller_has_so_many_in_hand_and_another_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "SLOW_SECONDS", 0.0)
    turns = Turns(at_once=2, in_hand=2)
    with turns.turn("one"), turns.turn("one"):
        with pytest.raises(AskedTooManyAtOnce) as refused, turns.turn("one"):
            pass
        with turns.turn("other"):
            pass
    assert refused.value.headers["Retry-After"] == "1"
    with turns.turn("one"):
        pass
    assert turns._in_hand == {}, "nobody is remembered who has nothing in hand"


def test_a_caller_s_requests_wait_for_each_other() -> None:
    turns = Turns(at_once=1, in_hand=2)
    order: list[str] = []

    def second() -> None:
        with turns.turn("one"):
            order.append("second")

    with turns.turn("one"):
        waiting = threading.Thread(target=second)
        waiting.start()
        wait_until(lambda: turns._in_hand["one"].count == 2, "the second waits", PATIENCE)
        order.append("first")
    waiting.join(PATIENCE)
    assert order == ["first", "second"]


def test_a_second_is_begun_once_the_first_is_slow_and_a_third_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "LONGEST_WAIT", 0.5)
    turns = Turns(at_once=2, in_hand=9)
    with turns.turn("one"):
        first = turns._in_hand["one"].begun[0]
        with turns.turn("one"):
            assert turns._in_hand["one"].begun[1] - first >= callers.SLOW_SECONDS
            with pytest.raises(AskedTooManyAtOnce), turns.turn("one"):
                pass
    assert turns._in_hand == {}


@pytest.mark.hazard("H-OPERATION-5", control="one-caller-leaves-workers")
def test_reads_of_one_caller_run_four_at_a_time_while_half_of_the_workers_are_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(callers, "LONGEST_WAIT", 0.01)
    monkeypatch.setattr(callers, "SLOW_SECONDS", 60.0)

    def may_begin(turns: Turns, caller: str = "one", *, is_read: bool = True) -> bool:
        try:
            with turns.turn(caller, is_read=is_read):
                return True
        except AskedTooManyAtOnce:
            return False

    turns = Turns(at_once=2, in_hand=9, workers=10)
    with ExitStack() as reading:
        for _ in range(callers.READS_AT_ONCE):
            reading.enter_context(turns.turn("one", is_read=True))
        assert not may_begin(turns), "a fifth read waits"
        assert not may_begin(turns, is_read=False), "a change waits for the reads"
        assert may_begin(turns, "other"), "another caller never waits for them"
    with turns.turn("one"):
        assert not may_begin(turns), "a read waits for a change of the same caller"
    busy = Turns(at_once=2, in_hand=9, workers=10)
    with ExitStack() as others:
        for number in range(5):
            others.enter_context(busy.turn(f"other {number}"))
        assert may_begin(busy)
        with busy.turn("one", is_read=True):
            assert not may_begin(busy), "a busy service works on one read after the other"
    assert turns._in_hand == busy._in_hand == {}
    assert turns._busy == busy._busy == 0


def test_waiting_for_a_turn_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "LONGEST_WAIT", 0.01)
    turns = Turns(at_once=1, in_hand=9)
    with turns.turn("one"):
        with pytest.raises(AskedTooManyAtOnce), turns.turn("one"):
            pass
        assert turns._in_hand["one"].count == 1


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer nonsense", "Bearer a.b.c"])
def test_who_shows_no_token_that_counts_is_their_address(authorization: str | None) -> None:
    knowing = Callers(KnownTokens(KEYS), Turns(1, 1), Rates(trusted_header="X-Forwarded-For"))
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    if authorization is not None:
        environ["HTTP_AUTHORIZATION"] = authorization
    assert knowing._caller(environ) == "203.0.113.9"
    assert knowing.speaks_for_many(environ)
    assert not Callers(KnownTokens(KEYS), Turns(1, 1), Rates()).speaks_for_many(environ)


@pytest.mark.hazard("H-PUBLIC-5", control="visitors-do-not-wait-for-each-other")
def test_only_a_proved_visitor_shares_a_connection_with_others() -> None:
    knowing = Callers(KnownTokens(KEYS), Turns(1, 1), Rates(public_secret="s" * 40))
    for value, is_shared in ((header("s" * 40, "192.0.2.7"), True), (header("t" * 40, "192.0.2.7"), False)):
        assert knowing.speaks_for_many({"REMOTE_ADDR": "10.0.0.1", IN_ENVIRON: value}) is is_shared


def test_a_person_is_one_caller_with_every_token_and_from_every_address() -> None:
    knowing = Callers(KnownTokens(KEYS), Turns(1, 1), Rates())
    subject = str(uuid4())
    asked = [{"REMOTE_ADDR": f"10.0.0.{n}", "HTTP_AUTHORIZATION": staff_token(subject=subject)} for n in range(3)]
    assert len({knowing._caller(environ) for environ in asked}) == 1


def test_asking_for_what_is_not_there_counts() -> None:
    knowing = Callers(KnownTokens(KEYS), Turns(1, 1), Rates("1/60"))
    knowing.count_in_vain({"REMOTE_ADDR": "10.0.0.1"})
    with pytest.raises(AskedTooOften):
        knowing.count_in_vain({"REMOTE_ADDR": "10.0.0.1"})
    knowing.count_in_vain({"REMOTE_ADDR": "10.0.0.2"})


def test_a_known_token_is_not_verified_again_and_counts_no_longer_than_it_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    verified: list[str | None] = []
    verify = tokens.Verifier.verify

    def counted(self: tokens.Verifier, authorization: str | None) -> tokens.Principal:
        verified.append(authorization)
        return verify(self, authorization)

    monkeypatch.setattr(tokens.Verifier, "verify", counted)
    knowing, token = KnownTokens(KEYS), staff_token(lifetime=60)
    assert knowing.verify(token) == knowing.verify(token)
    assert len(verified) == 1
    now = int(time.time())
    last_second = now + 60 + tokens.CLOCK_SKEW
    monkeypatch.setattr(time, "time", lambda: float(last_second - 1))
    knowing.verify(token)
    monkeypatch.setattr(time, "time", lambda: float(last_second + 1))
    with pytest.raises(tokens.TokenRefused):
        knowing.verify(token)
    assert len(verified) == 2


def test_a_token_that_does_not_count_is_never_known() -> None:
    knowing = KnownTokens(KEYS)
    for wrong in (None, "", "Bearer x", staff_token()[:-8] + "AAAAAAAA"):
        for _ in range(2):
            with pytest.raises(tokens.TokenRefused):
                knowing.verify(wrong)
    assert not knowing._known


def test_known_tokens_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_tokens, "MOST_KNOWN", 3)
    knowing: Any = KnownTokens(KEYS)
    for _ in range(9):
        knowing.verify(staff_token())
    assert len(knowing._known) == 3

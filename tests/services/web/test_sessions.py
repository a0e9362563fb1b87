"""Sessions in their database: found by a hash, sealed, expired in time, renewed once."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.session.rules import IDLE, LONGEST, LONGEST_ATTEMPT, Lifetime, is_to_be_renewed
from services.web.session.store import Sessions, Tokens
from services.web.worker import measure
from shared.sealing.ring import FileRing, new_ring, with_new_key
from shared.sealing.seal import SealBroken
from shared.telemetry import metrics

pytestmark = pytest.mark.integration

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOKENS = Tokens(
    issuer="https://login.example.org",
    subject="worker@example.org",
    access="the-access-token",
    ends_at=NOW + timedelta(minutes=5),
    refresh="the-refresh-token",
    identity="the-id-token",
    member="0195566e-7a10-7000-8000-000000000001",
)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=365)).map(lambda later: NOW + later)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(hours=9)), st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_a_session_is_over_after_twenty_idle_minutes_or_eight_hours(
    began: datetime, seen_after: timedelta, later: timedelta
) -> None:
    lifetime = Lifetime(began, began + seen_after)
    now = began + seen_after + later
    assert lifetime.is_over(now) is (later >= timedelta(minutes=20) or seen_after + later >= timedelta(hours=8))


def test_an_access_token_is_renewed_before_it_ends() -> None:
    assert not is_to_be_renewed(NOW + timedelta(minutes=2), NOW)
    assert is_to_be_renewed(NOW + timedelta(seconds=10), NOW)


def test_a_session_is_found_by_its_cookie_with_its_tokens(sessions: Sessions) -> None:
    session = sessions.begin(TOKENS, NOW)
    found = sessions.find(session.cookie, NOW, by_person=True)
    assert found is not None
    assert found.tokens == TOKENS
    assert sessions.find("another", NOW, by_person=True) is None


@pytest.mark.hazard("H-DESK-2", control="sealed-session")
def test_who_reads_the_database_finds_neither_cookie_nor_tokens_nor_person(
    sessions: Sessions, web_database: str
) -> None:
    session = sessions.begin(TOKENS, NOW)
    cookie = sessions.begin_sign_in({"state": "the-state", "verifier": "the-verifier"}, NOW)
    with psycopg.connect(web_database) as connection:
        rows = (
            connection.execute("select * from sessions").fetchall()
            + connection.execute("select * from sign_ins").fetchall()
        )
    stored = b"".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
    said = (session.cookie, cookie, "the-", "worker@example.org", "login.example.org", TOKENS.member)
    assert not [word for word in said if word.encode() in stored]


def test_tokens_moved_to_another_session_do_not_open(sessions: Sessions, web_database: str) -> None:
    first, second = sessions.begin(TOKENS, NOW), sessions.begin(replace(TOKENS, subject="other"), NOW)
    with psycopg.connect(web_database) as connection:
        connection.execute("update sessions set sealed = (select sealed from sessions order by id limit 1)")
    broken = 0
    for session in (first, second):
        try:
            sessions.find(session.cookie, NOW, by_person=True)
        except SealBroken:
            broken += 1
    assert broken == 1


def test_requests_of_the_person_keep_a_session_alive_and_those_of_a_page_do_not(sessions: Sessions) -> None:
    kept, polled = sessions.begin(TOKENS, NOW), sessions.begin(TOKENS, NOW)
    later = NOW + IDLE - timedelta(minutes=1)
    assert sessions.find(kept.cookie, later, by_person=True) is not None
    assert sessions.find(polled.cookie, later, by_person=False) is not None
    after = NOW + IDLE + timedelta(minutes=1)
    assert sessions.find(kept.cookie, after, by_person=True) is not None
    assert sessions.find(polled.cookie, after, by_person=True) is None


@pytest.mark.hazard("H-DESK-2", control="session-ends")
def test_no_session_lasts_longer_than_eight_hours_however_busy_it_is(sessions: Sessions) -> None:
    session, now = sessions.begin(TOKENS, NOW), NOW
    while now < NOW + LONGEST - timedelta(minutes=10):
        now += timedelta(minutes=10)
        assert (sessions.find(session.cookie, now, by_person=True) is None) is (now >= NOW + LONGEST)
    assert sessions.find(session.cookie, NOW + LONGEST, by_person=True) is None


def test_a_session_that_ended_is_not_found_and_all_of_a_person_end_together(sessions: Sessions) -> None:
    ended, first, second = (sessions.begin(TOKENS, NOW) for _ in range(3))
    other = sessions.begin(replace(TOKENS, subject="other@example.org"), NOW)
    sessions.end(ended.cookie)
    assert sessions.find(ended.cookie, NOW, by_person=True) is None
    assert sessions.end_all_of(TOKENS.issuer, TOKENS.subject) == 2
    assert [sessions.find(each.cookie, NOW, by_person=True) for each in (first, second)] == [None, None]
    assert sessions.find(other.cookie, NOW, by_person=True) is not None


@pytest.mark.hazard("H-DESK-2", control="renewal-under-a-lock")
def test_of_two_requests_at_the_same_time_one_renews_and_both_have_the_fresh_token(sessions: Sessions) -> None:
    session = sessions.begin(replace(TOKENS, ends_at=NOW), NOW)
    inside, let_on = threading.Event(), threading.Event()
    asked: list[Tokens] = []

    def renew(tokens: Tokens) -> Tokens:
        asked.append(tokens)
        inside.set()
        assert let_on.wait(20)
        return replace(tokens, access="fresh", ends_at=NOW + timedelta(minutes=5))

    found: list[str] = []

    def ask() -> None:
        renewed = sessions.renewed(session, NOW, renew)
        assert renewed is not None
        found.append(renewed.tokens.access)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    assert inside.wait(20)
    threads[1].start()
    let_on.set()
    for thread in threads:
        thread.join(30)
    assert found == ["fresh", "fresh"]
    assert len(asked) == 1


def test_a_sign_in_is_taken_once_and_in_time(sessions: Sessions) -> None:
    values = {"state": "s", "nonce": "n"}
    cookie, late = sessions.begin_sign_in(values, NOW), sessions.begin_sign_in(values, NOW)
    assert sessions.take_sign_in(cookie, NOW) == values
    assert sessions.take_sign_in(cookie, NOW) is None
    assert sessions.take_sign_in(late, NOW + LONGEST_ATTEMPT) is None


def test_what_is_over_is_swept_away(sessions: Sessions, web_database: str) -> None:
    sessions.begin(TOKENS, NOW)
    stays = sessions.begin(TOKENS, NOW + timedelta(minutes=15))
    sessions.begin_sign_in({}, NOW)
    sessions.sweep(NOW + timedelta(minutes=21))
    with psycopg.connect(web_database) as connection:
        left = connection.execute("select count(*) from sessions").fetchone()
        begun = connection.execute("select count(*) from sign_ins").fetchone()
    assert (left, begun) == ((1,), (0,))
    assert sessions.find(stays.cookie, NOW + timedelta(minutes=21), by_person=False) is not None


def test_a_session_stays_open_when_the_key_ring_is_rotated(web_database: str) -> None:
    text = new_ring("first")
    before, after = (Sessions(web_database, FileRing(each)) for each in (text, with_new_key(text, "second")))
    before.open()
    after.open()
    session = before.begin(TOKENS, NOW)
    found = after.find(session.cookie, NOW, by_person=True)
    before.close()
    after.close()
    assert found is not None
    assert found.tokens == TOKENS


def test_a_session_under_a_lost_ring_is_over(sessions: Sessions, web_database: str) -> None:
    session = sessions.begin(TOKENS, NOW)
    with_another = Sessions(web_database, FileRing(new_ring("another")))
    with_another.open()
    try:
        assert with_another.find(session.cookie, NOW, by_person=True) is None
    finally:
        with_another.close()
    assert sessions.find(session.cookie, NOW, by_person=True) is None, "it is gone for good"


def test_the_connections_and_the_database_are_measured(sessions: Sessions) -> None:
    measure(sessions)
    assert metrics.store_usable.labels("database")._value.get() == 1
    used, most = sessions.connections()
    assert used < most
    sessions.close()
    measure(sessions)
    assert metrics.store_usable.labels("database")._value.get() == 0


def test_the_desk_serves_metrics_of_pages_only() -> None:
    """At the desk, the other metrics would be 0, and alarms would interpret that as a fault of a service."""
    served = {metric.name for metric in metrics.PAGES.collect()}
    assert {"casepath_sign_ins", "casepath_upstream_seconds", "casepath_store_usable"} <= served
    assert not {"casepath_relay_leader", "casepath_key_archive_age_seconds"} & served
    assert served <= {metric.name for metric in metrics.REGISTRY.collect()}

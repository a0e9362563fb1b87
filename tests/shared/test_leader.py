"""Leadership by a database lock: a leader that stops responding loses it at any point of its work."""

from collections.abc import Iterator

import pytest

from shared.exchange import numbering
from shared.store import leader
from shared.store.leader import Lease, LeaseLost
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
TASK = "relay"


def led_by_another(url: str) -> Lease:
    found: list[Lease] = []

    def takes_over() -> bool:
        lease = leader.try_acquire(url, TASK)
        found.extend([lease] if lease else [])
        return lease is not None

    wait_until(takes_over, "another leads")
    return found[0]


@pytest.fixture
def frozen(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lease]:
    monkeypatch.setattr(leader, "SILENCE_SECONDS", 1)
    lease = leader.try_acquire(fresh_database, TASK)
    assert lease is not None
    with lease:
        yield lease


def test_who_falls_silent_between_two_statements_makes_room(fresh_database: str, frozen: Lease) -> None:
    with led_by_another(fresh_database), pytest.raises(LeaseLost):
        frozen.renew()


def test_who_falls_silent_in_a_transaction_makes_room_and_holds_no_lock(fresh_database: str, frozen: Lease) -> None:
    frozen.connection.execute("begin")
    frozen.connection.execute(numbering.LOCK)
    with led_by_another(fresh_database) as lease:
        lease.connection.execute(numbering.LOCK)


def test_who_falls_silent_in_a_pipeline_makes_room_and_holds_no_lock(fresh_database: str, frozen: Lease) -> None:
    sent = frozen.connection.pgconn
    sent.enter_pipeline_mode()
    for each in (b"begin", numbering.LOCK.encode()):
        sent.send_query_params(each, None)
    sent.send_flush_request()
    sent.flush()
    with led_by_another(fresh_database) as lease:
        lease.connection.execute(numbering.LOCK)


def test_who_is_slow_but_alive_goes_on_leading(fresh_database: str, frozen: Lease) -> None:
    for _ in range(3):
        frozen.connection.execute("select pg_sleep(0.6)")
        assert leader.try_acquire(fresh_database, TASK) is None
    frozen.renew()

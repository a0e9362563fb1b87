"""The broker fails, restarts or loses data.

Writes succeed, followers continue through the feeds, and the history is complete.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from deploy.cli.exchange import look
from deploy.cli.installation import SERVICES
from tests.faults.field import Field
from tests.faults.field_checks import Waiting
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]

#: The outage of the broker: a minute in every run, ten minutes with `make faults-long`.
OUTAGE_SECONDS = float(os.environ.get("CASEPATH_FAULTS_OUTAGE_SECONDS", "60"))
QUEUE_OF_FEW = 5
LOOKS_AT_REST = 5
#: The broker itself gives up after half a minute; a follower that changes to the feeds does not wait for that.
LEFT_WAITING_SECONDS = 25


def unpublished_age(field: Field) -> float:
    return field.metric("intake", "casepath_unpublished_age_seconds")


def taken(field: Field) -> dict[str, float]:
    """Return the number of events that each service has applied, and how many of them came through a feed."""
    names = ("casepath_events_applied_total", "casepath_events_caught_up_total")
    return {f"{service} {name}": field.metric(service, name) for service in SERVICES for name in names}


def taken_at_rest(field: Field) -> dict[str, float]:
    """Return stable counts: a batch is counted after its commit, so several checks must agree."""
    looks: list[dict[str, float]] = []

    def rests() -> bool:
        looks.append(taken(field))
        return len(looks) > LOOKS_AT_REST and all(each == looks[-1] for each in looks[-LOOKS_AT_REST:])

    wait_until(rests, "all that is applied is counted")
    return looks[-1]


@pytest.mark.promise("REL-3")
@pytest.mark.parametrize("end", ["kill", "stop"])
def test_a_restart_under_writes(field: Field, end: str, record_property: Note) -> None:
    with field.under_writes() as written:
        wait_until(lambda: len(written) > 10, "writes are on their way")
        getattr(field.broker, end)()
        before = len(written)
        wait_until(lambda: len(written) > before + 10, "writes go on without a broker")
        field.broker.start()
        wait_until(lambda: field.health("intake")["broker"] == "ok", "the broker is found again")
    field.check(record_property)
    assert all(each.answered for each in written)


@pytest.mark.promise("REL-3")
def test_a_long_absence_under_writes(field: Field, record_property: Note) -> None:
    field.settle()
    with field.under_writes(threads=1) as written:
        field.broker_proxy.refuse()
        wait_until(lambda: unpublished_age(field) > OUTAGE_SECONDS, "the gauge tells how long", OUTAGE_SECONDS + 60)
        assert field.health("intake")["broker"] == "away"
    assert all(each.answered for each in written)
    field.settle(but=Waiting.FOR_THE_BROKER)
    before, heads = taken_at_rest(field), look(field.api())
    field.broker_proxy.heal()
    field.check(record_property)
    assert taken_at_rest(field) == before, "what the broker brings late has been applied before"
    assert [look(field.api()).head(service) for service in SERVICES] == [heads.head(service) for service in SERVICES]
    wait_until(lambda: unpublished_age(field) == 0, "the gauge tells that nothing waits")


@pytest.mark.promise("REL-4", "REL-30")
def test_a_broker_that_comes_back_empty(field: Field, record_property: Note) -> None:
    with field.under_writes() as written:
        wait_until(lambda: len(written) > 10, "writes are on their way")
        field.broker.kill()
        shutil.rmtree(field.broker.directory / "data")
        field.broker.prepare()
        field.broker.start()
        before = len(written)
        wait_until(lambda: len(written) > before + 10, "writes go on")
    field.check(record_property)
    assert all(each.answered for each in written)


@pytest.mark.promise("REL-4", "REL-30", "REL-32")
def test_a_purged_queue(field: Field, record_property: Note) -> None:
    field.settle()
    field.stop("support")
    field.write(10)
    field.settle_publishing("intake")
    for queue in ("support.inbox", "support.guard"):
        field.broker.ctl("purge_queue", queue, "-p", "casepath")
    field.write(2)  # these events reveal the gap before them
    field.start("support")
    field.check(record_property)
    assert field.metric("support", "casepath_events_caught_up_total", source="intake") >= 10


@contextmanager
def few_in_queue(field: Field, queue: str) -> Iterator[None]:
    """Limit a queue to a few messages, as an operator may."""
    limit = f'{{"max-length": {QUEUE_OF_FEW}}}'
    field.broker.ctl("set_operator_policy", "few", f"^{queue}$", limit, "--apply-to", "queues", "-p", "casepath")
    try:
        yield
    finally:
        field.broker.ctl("clear_operator_policy", "few", "-p", "casepath")


@pytest.mark.promise("REL-4")
def test_an_overrun_queue(field: Field, record_property: Note) -> None:
    field.settle()
    field.stop("support")
    with few_in_queue(field, "support.inbox"):
        field.write(10)
        field.settle_publishing("intake")
        field.start("support")
        field.check(record_property)
    assert field.metric("support", "casepath_events_caught_up_total", source="intake") >= 10


@contextmanager
def mute(field: Field, queue: str) -> Iterator[None]:
    """Suspend a queue while its broker still sends heartbeats, like a queue without a leader."""
    field.broker.ctl("eval", f"sys:suspend('casepath_{queue}').")
    try:
        yield
    finally:
        field.broker.ctl("eval", f"sys:resume('casepath_{queue}').")


def test_a_queue_that_answers_nobody(field: Field, record_property: Note) -> None:
    """Heartbeats keep the connection open while the follower waits for a response; it must not wait for ever."""
    field.settle()
    with mute(field, "support.inbox"):
        field.stop("support")
        field.start("support")
        written = field.write(10)
        field.settle(LEFT_WAITING_SECONDS, but=Waiting.FOR_THE_BROKER)
    field.check(record_property)
    assert all(each.answered for each in written)

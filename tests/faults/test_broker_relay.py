"""The relay alone is kept from its work: by a broker that takes nothing, or by a cut that is its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.faults.field import Field
from tests.faults.field_checks import Waiting
from tests.faults.proxy import Proxy
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
#: Longer than a leader may be silent: by then one that hangs would have lost its lease.
ALARM_SECONDS = 15


@contextmanager
def memory_alarm(field: Field) -> Iterator[None]:
    """Let the broker stop reading from whoever publishes."""
    field.broker.ctl("set_vm_memory_high_watermark", "0.0000001")
    try:
        yield
    finally:
        field.broker.ctl("set_vm_memory_high_watermark", "absolute", "512MiB")


def test_a_memory_alarm(field: Field, record_property: Note) -> None:
    field.settle()
    with memory_alarm(field):
        with field.under_writes() as written:
            wait_until(
                lambda: field.metric("intake", "casepath_unpublished_age_seconds") > ALARM_SECONDS,
                "the gauge tells that nothing is published",
                ALARM_SECONDS + 30,
            )
        assert all(each.answered for each in written)
        field.settle(but=Waiting.FOR_THE_BROKER)
        wait_until(lambda: field.health("intake")["relay"] == "leads", "somebody leads")
    field.check(record_property)


def test_a_leader_that_alone_is_cut_off_from_the_broker(field: Field, record_property: Note) -> None:
    """The other replica could publish: it must come to lead."""
    field.stop("intake")
    with Proxy(field.broker.port) as own:
        field.start("intake", CASEPATH_INTAKE_AMQP_URI=field.amqp_uri("intake", own))
        wait_until(lambda: field.health("intake")["relay"] == "leads", "the first replica leads")
        field.start("intake", 1)
        with field.under_writes() as written:
            wait_until(lambda: len(written) > 5, "writes are on their way")
            own.refuse()
            wait_until(lambda: field.health("intake", 1)["relay"] == "leads", "the other replica leads", 30)
        field.settle()
        own.heal()
        field.check(record_property)
        field.stop("intake", 1)
        field.stop("intake")
    assert all(each.answered for each in written)

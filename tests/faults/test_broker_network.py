"""The network to the broker fails in various ways, under writes: the history is complete."""

from collections.abc import Callable

import pytest

from deploy.cli.installation import SERVICES
from tests.faults.field import Field
from tests.faults.field_checks import Waiting
from tests.faults.proxy import BOTH, TO_CLIENT, TO_SERVER
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
CUTS = 8


def doubts(field: Field) -> float:
    return field.metric("intake", "casepath_publish_doubts_total")


@pytest.mark.promise("REL-17")
@pytest.mark.parametrize("directions", [BOTH, (TO_SERVER,), (TO_CLIENT,)], ids=["both", "to_server", "to_client"])
def test_a_half_open_connection(field: Field, directions: tuple[str, ...], record_property: Note) -> None:
    """No error is reported: the relay detects the failure by missing confirms, the follower by the source's feed."""
    with field.under_writes() as written:
        wait_until(lambda: len(written) > 5, "writes are on their way")
        before = doubts(field)
        field.broker_proxy.black_hole(*directions)
        wait_until(lambda: doubts(field) > before, "the relay doubts", 30)
    field.settle(but=Waiting.FOR_THE_BROKER)
    assert all(each.answered for each in written)
    field.broker_proxy.heal()
    field.check(record_property)


def test_a_slow_connection(field: Field, record_property: Note) -> None:
    field.settle()
    before = doubts(field)
    field.broker_proxy.delay(0.3)
    with field.under_writes() as written:
        wait_until(lambda: len(written) > 30, "writes are on their way")
    field.check(record_property)
    assert doubts(field) == before, "slow is not broken"


@pytest.mark.parametrize("direction", [TO_SERVER, TO_CLIENT], ids=["to_server", "to_client"])
def test_a_half_closed_connection(field: Field, direction: str, record_property: Note) -> None:
    with field.under_writes() as written:
        wait_until(lambda: len(written) > 5, "writes are on their way")
        field.broker_proxy.half_close(direction)
        before = len(written)
        wait_until(lambda: len(written) > before + 10, "writes go on")
    field.check(record_property)
    wait_until(
        lambda: all(field.health(service)["broker"] == "ok" for service in SERVICES), "everybody is connected again"
    )
    assert all(each.answered for each in written)


def test_many_cuts(field: Field, record_property: Note) -> None:
    with field.under_writes() as written:
        for _ in range(CUTS):
            before, published = len(written), field.metric("intake", "casepath_events_published_total")
            wait_until(
                lambda published=published: field.metric("intake", "casepath_events_published_total") > published,  # type: ignore[misc]
                "publishing goes on",
            )
            wait_until(lambda before=before: len(written) > before + 3, "writes go on")  # type: ignore[misc]
            field.broker_proxy.cut()
    field.check(record_property, faults=CUTS)
    assert all(each.answered for each in written)

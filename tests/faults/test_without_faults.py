"""Without faults nothing needs healing: the broker delivers every event, and exactly once."""

from collections.abc import Callable

import pytest

from tests.faults.casework import record_cases
from tests.faults.field import Field
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
CASES, EVENTS_EACH = 1_000, 10


def bound(field: Field) -> set[str]:
    """Return the queues that are bound to intake's exchange."""
    listed = field.broker.ctl("list_bindings", "-p", "casepath", "source_name", "destination_name")
    pairs = [line.split() for line in listed.splitlines()]
    return {pair[1] for pair in pairs if pair[0:1] == ["intake.events"]}


@pytest.mark.promise("REL-5")
def test_without_faults_nothing_is_caught_up_and_nothing_seen_before(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.settle()
    # At the very first start, followers may start before a source, and bind when its exchange exists.
    wait_until(lambda: bound(field) >= {"legal.inbox", "support.inbox"}, "both inboxes are bound to intake")

    def counted(name: str) -> dict[str, float]:
        return {
            service: field.metric(service, f"casepath_events_{name}_total", source="intake")
            for service in ("legal", "support")
        }

    names = ("received", "applied", "caught_up", "seen_before")
    before = {name: counted(name) for name in names}
    record_cases(field, CASES, EVENTS_EACH)
    field.settle(300)

    def found() -> dict[str, dict[str, float]]:
        return {
            name: {service: count - before[name][service] for service, count in counted(name).items()} for name in names
        }

    all_of_them, none = {"legal": 10_000.0, "support": 10_000.0}, {"legal": 0.0, "support": 0.0}
    expected = {"received": all_of_them, "applied": all_of_them, "caught_up": none, "seen_before": none}
    # A service counts a batch after its commit, so slightly later than its cursor moves.
    wait_until(lambda: found()["applied"] == all_of_them, "all is counted")
    assert found() == expected
    field.check(record_property, faults=0)
    assert found() == expected, "nor has anything come later"

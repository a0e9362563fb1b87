"""Without faults nothing needs healing: the broker alone brings every event, and brings it once."""

from collections.abc import Callable

import pytest

from tests.faults.casework import record_cases
from tests.faults.field import Field

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
CASES, EVENTS_EACH = 1_000, 10


def test_without_faults_nothing_is_caught_up_and_nothing_seen_before(
    field: Field, record_property: Callable[[str, object], None]
) -> None:
    field.settle()

    def counted(name: str) -> dict[str, float]:
        return {
            service: field.metric(service, f"casepath_events_{name}_total", source="intake")
            for service in ("legal", "support")
        }

    names = ("received", "applied", "caught_up", "seen_before")
    before = {name: counted(name) for name in names}
    record_cases(field, CASES, EVENTS_EACH)
    field.settle(300)
    found = {
        name: {service: count - before[name][service] for service, count in counted(name).items()} for name in names
    }
    all_of_them, none = {"legal": 10_000.0, "support": 10_000.0}, {"legal": 0.0, "support": 0.0}
    assert found == {"received": all_of_them, "applied": all_of_them, "caught_up": none, "seen_before": none}
    field.check(record_property, faults=0)

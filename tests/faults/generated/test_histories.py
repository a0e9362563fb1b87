"""Random histories, on real databases, against a model: no event is lost or duplicated, and the order is right."""

import os
import time
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.faults.generated.machine import Histories
from tests.faults.generated.world import Make

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]

#: How long new histories are generated; without it, a fixed number of constant histories.
MINUTES = float(os.environ.get("HISTORIES_MINUTES", "0"))
AT_ONCE = 160
STEPS = 40


@pytest.mark.promise("REL-6", "REL-8", "REL-32")
def test_whatever_happens_each_event_takes_effect_once_in_order(
    make: Make, record_property: Callable[[str, object], None]
) -> None:
    counted = Counter(lost=0, duplicated=0, ghosts=0, disorder=0)
    machine = type("TheseHistories", (Histories,), {"make": staticmethod(make), "counted": counted})
    histories = settings(
        max_examples=AT_ONCE,
        stateful_step_count=STEPS,
        derandomize=not MINUTES,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    ends_at = time.monotonic() + MINUTES * 60
    run_state_machine_as_test(machine, settings=histories)
    while time.monotonic() < ends_at:
        run_state_machine_as_test(machine, settings=histories)
    record_property("history", dict(counted))
    assert counted["events"] > AT_ONCE

"""A service crashes at each of its crash points in the middle of journeys: they complete without lost events."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from shared.telemetry import crash
from tests.faults.field import Field
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]

#: These points are tested with the feature that they interrupt.
OTHERS = ("drain.", "rebuild.", "keys.", "erasure.", "agency_queues.", "delivery.")
SCENARIOS = [
    *[("intake", point) for point in crash.POINTS if not point.startswith(OTHERS)],
    ("legal", "commit.after"),
    ("legal", "follower.before_commit"),
    ("legal", "follower.before_ack"),
    ("support", "commit.before"),
    ("support", "relay.in_publish"),
    ("support", "relay.before_mark"),
    ("support", "follower.before_commit"),
    ("support", "follower.before_ack"),
]


@pytest.mark.promise("REL-1", "REL-6")
@pytest.mark.parametrize(("service", "point"), SCENARIOS)
def test_a_crash_loses_nothing_and_repeats_nothing(
    field: Field, service: str, point: str, record_property: Note
) -> None:
    field.arm(f"{service}:{point}")
    with ThreadPoolExecutor(1) as beside:
        played = beside.submit(field.journeys, 3)
        field.wait_until_dead(service)
        field.start(service)
        played.result()
    field.check(record_property)


def test_a_crash_in_a_drain_does_not_apply_twice(field: Field, record_property: Note) -> None:
    with field.owned_database("support").transaction() as session:
        session.execute(text("alter table urgent_needs add constraint no_more check (false) not valid"))
    held = field.write(3)
    wait_until(lambda: field.metric("support", "casepath_subjects_held") == len(held), "the cases are held")
    field.arm("support:drain.before_commit")
    with field.owned_database("support").transaction() as session:
        session.execute(text("alter table urgent_needs drop constraint no_more"))
    field.wait_until_dead("support")
    field.start("support")
    field.check(record_property)

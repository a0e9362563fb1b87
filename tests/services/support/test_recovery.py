"""Recovery periods follow intake's clocks in any batches. Support continues after each, and publishes its end once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.support.help.entitlement.actions import project_recoveries, support_after_minimum
from services.support.help.entitlement.events import CLOCKS
from services.support.help.entitlement.models import Recovery
from shared.events.contract import Received
from shared.events.envelope import Event
from shared.exchange.eventlog import ORIGIN, Origin
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration

DAY, LATER = date(2026, 4, 2), date(2026, 4, 9)
WHOLE = {"code": "GB.RECOVERY_MIN", "kind": "minimum"}
#: The optional fields of a clock's event: the first release published no state, and sometimes no day.
SAID = st.fixed_dictionaries(
    {},
    optional={
        "due_on": st.sampled_from([DAY, LATER, None]),
        "other_due_on": st.sampled_from([LATER, None]),
        "state": st.sampled_from(["undated", "running", "doubtful", "reached", "ended", "withdrawn"]),
    },
)
KINDS = st.sampled_from([WHOLE, {}, {"code": "GB.RG", "kind": "target"}])
TOLD = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(CLOCKS), KINDS, SAID), max_size=12)


@pytest.fixture(scope="module")
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as found:
        yield found


def heard(case: UUID, clock: UUID, key: str, said: Mapping[str, Any]) -> Received:
    data = {"clock": clock, **said}
    event = Event(
        id=uuid4(), source="intake", name=key.removeprefix("intake."), version=1, subject=case,
        time=datetime(2026, 3, 2, tzinfo=UTC), position=1, epoch=uuid4(), correlation=uuid4(), data=data,
    )  # fmt: skip
    return Received(event, data)


def project(support: Harness, received: Sequence[Received]) -> None:
    with support.database.transaction() as session:
        project_recoveries(session, received)


def react(support: Harness, received: Received) -> None:
    with support.database.transaction(ORIGIN.holding(Origin(support.parts.following.emits))) as session:
        support_after_minimum(session, received)


def periods(support: Harness, clocks: Sequence[UUID]) -> list[tuple[int, Any, Any, str]]:
    with support.database.transaction() as session:
        rows = session.scalars(select(Recovery).where(Recovery.clock.in_(clocks)))
        return sorted((clocks.index(row.clock), row.due_on, row.other_due_on, row.state) for row in rows)


@settings(max_examples=40)  # each example is a few transactions
@given(told=TOLD, cuts=st.sets(st.integers(1, 11)))
def test_the_picture_comes_to_the_same_in_any_batches(
    support: Harness, told: list[tuple[int, str, dict[str, str], dict[str, Any]]], cuts: set[int]
) -> None:
    one_by_one, in_batches = [uuid4() for _ in range(3)], [uuid4() for _ in range(3)]
    for place, key, kind, said in told:
        project(support, [heard(support.case, one_by_one[place], key, {**kind, **said})])
    edges = [0, *sorted(cut for cut in cuts if cut < len(told)), len(told)]
    for start, end in pairwise(edges):
        project(
            support,
            [
                heard(support.case, in_batches[place], key, {**kind, **said})
                for place, key, kind, said in told[start:end]
            ],
        )
    assert periods(support, in_batches) == periods(support, one_by_one)


def test_a_period_that_is_moved_has_its_new_day_and_other_clocks_are_left_alone(support: Harness) -> None:
    recovery, target = uuid4(), uuid4()
    project(
        support,
        [
            heard(support.case, recovery, "intake.clock.started", {**WHOLE, "due_on": DAY}),
            heard(support.case, target, "intake.clock.started", {"code": "GB.RG", "kind": "target", "due_on": DAY}),
            heard(support.case, recovery, "intake.clock.moved", {**WHOLE, "due_on": LATER, "other_due_on": DAY}),
        ],
    )
    assert periods(support, [recovery, target]) == [(0, LATER, DAY, "running")]


def test_what_only_the_first_release_said_is_read_still(support: Harness) -> None:
    clock = uuid4()
    project(support, [heard(support.case, clock, "intake.clock.started", {**WHOLE, "due_on": DAY})])
    project(support, [heard(support.case, clock, "intake.clock.reached", {**WHOLE, "due_on": DAY})])
    assert periods(support, [clock]) == [(0, DAY, None, "reached")]
    project(support, [heard(support.case, clock, "intake.clock.stopped", WHOLE)])
    assert periods(support, [clock]) == [(0, DAY, None, "ended")]
    project(support, [heard(support.case, clock, "intake.clock.woken", {**WHOLE, "due_on": DAY})])
    assert periods(support, [clock]) == [(0, DAY, None, "running")]


def test_continued_support_is_published_once_and_retracted_below_the_minimum(support: Harness) -> None:
    clock = uuid4()
    for key, state in (
        ("started", "running"), ("reached", "reached"), ("reached", "reached"), ("moved", "running"),
        ("restated", "running"), ("reached", "reached"),
    ):  # fmt: skip
        received = heard(support.case, clock, f"intake.clock.{key}", {**WHOLE, "due_on": DAY, "state": state})
        project(support, [received])
        react(support, received)
    supported = [data for name, data in support.announced() if name == "recovery.supported"]
    assert [(data["reached"], data["support_continues"]) for data in supported if data["clock"] == str(clock)] == [
        (True, True),
        (False, True),
        (True, True),
    ]


def test_a_reaction_that_runs_behind_the_picture_tells_what_is_so_now(support: Harness) -> None:
    clock = uuid4()
    events = [
        heard(support.case, clock, f"intake.clock.{key}", {**WHOLE, "due_on": DAY, "state": state})
        for key, state in (("started", "running"), ("reached", "reached"), ("stopped", "ended"))
    ]
    project(support, events)
    for received in events:
        react(support, received)
    assert str(clock) not in str([data for name, data in support.announced() if name == "recovery.supported"])


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("moved", "running"),
        ("reopened", "running"),
        ("withdrawn", "withdrawn"),
        ("rested", "resting"),
        ("stopped", "ended"),
    ],
)
def test_each_event_that_takes_a_reached_minimum_back_is_read(support: Harness, key: str, state: str) -> None:
    clock = uuid4()
    for verb, said in (("started", "running"), ("reached", "reached"), (key, state)):
        received = heard(support.case, clock, f"intake.clock.{verb}", {**WHOLE, "due_on": DAY, "state": said})
        project(support, [received])
        react(support, received)
    assert [each[-1] for each in periods(support, [clock])] == [state]
    supported = [data for name, data in support.announced() if name == "recovery.supported"]
    assert [data["reached"] for data in supported if data["clock"] == str(clock)] == [True, False]

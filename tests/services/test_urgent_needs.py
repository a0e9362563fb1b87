"""Open urgent needs at support match the work list of intake after any sequence of steps."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from deploy.cli import servers
from services.intake.cases.due import rules
from services.intake.cases.due.models import HeardDue
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, add_case, harness
from tests.kit.hearing import apply

pytestmark = pytest.mark.integration

NOW = datetime(2025, 12, 4, 11, tzinfo=UTC)
KINDS = ["documents", "medical"]
DAYS = ["2025-12-01", "2025-12-02", "2025-12-03"]
#: An action, the record of its kind, the day, and the kind of need or service.
Step = tuple[str, int, str, str]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["need", "service", "day", "kind", "decided_by", "withdraw", "service_day", "withdraw_service"]
        ),
        st.integers(0, 5),
        st.sampled_from(DAYS),
        st.sampled_from(KINDS),
    ),
    max_size=14,
)


@pytest.fixture
def support(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("support", postgres) as service:
        service.move_clock(NOW)
        yield service


@pytest.fixture
def intake(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("intake", postgres) as service:
        yield service


def records_of(worker: Client, part: str) -> list[dict[str, Any]]:
    return [each for each in worker.told("GET", "")[part] if each["taken_back_at"] is None]


def take(worker: Client, step: Step) -> None:
    """Take a step. A step that needs a record does nothing without one."""
    done, which, day, kind = step
    if done == "need":
        worker.told("POST", "needs", {"service_type": kind, "noted_on": day}, 201)
        return
    if done == "service":
        worker.told("POST", "services", {"service_type": kind, "urgent": True, "delivered_on": day}, 201)
        return
    part, path, body = {
        "day": ("urgent_needs", "needs", {"reason": "wrong_date", "noted_on": day}),
        "kind": ("urgent_needs", "needs", {"reason": "wrong_code", "service_type": kind}),
        "decided_by": ("urgent_needs", "needs", {"reason": "learnt_more", "decided_by": "our_team"}),
        "withdraw": ("urgent_needs", "needs", {"reason": "not_so"}),
        "service_day": ("services", "services", {"reason": "wrong_date", "delivered_on": day}),
        "withdraw_service": ("services", "services", {"reason": "not_so"}),
    }[done]
    fitting = records_of(worker, part)
    if fitting:
        worker.ask("POST", f"{path}/{fitting[which % len(fitting)]['id']}/correction", body)


def follow(support: Harness, intake: Harness, heard: int) -> int:
    """Apply support's events after a position at intake. Return the new position."""
    events = support.announced()
    apply(
        intake,
        [
            an_event(id=uuid4(), source="support", name=name, subject=support.case, position=place, data=data)
            for place, (name, data) in enumerate(events[heard:], heard + 1)
        ],
    )
    return len(events)


def listed(intake: Harness, case: UUID) -> dict[str, str]:
    """Return the kinds of urgent needs in the work list, each with its day."""
    of_case = select(HeardDue.code, HeardDue.since).where(HeardDue.case_id == case, HeardDue.listed)
    with intake.database.transaction() as session:
        rows = session.execute(of_case.where(HeardDue.what == rules.URGENT_NEED)).all()
    return {row.code: row.since.isoformat() for row in rows}


def still_open(worker: Client) -> dict[str, str]:
    """Return the kinds of open urgent needs, each with the day of the oldest one."""
    needs = [each for each in records_of(worker, "urgent_needs") if each["met_on"] is None]
    return {
        kind: min(each["noted_on"] for each in needs if each["service_type"] == kind)
        for kind in {each["service_type"] for each in needs}
    }


# All examples use the same databases. Each example has its own case.
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_work_list_has_the_open_needs_after_any_steps(support: Harness, intake: Harness, steps: list[Step]) -> None:
    support.case = uuid4()
    with support.database.transaction() as session:
        add_case(session, "support", support.case)
    worker = support.member("caseworker", lead=True)
    heard = len(support.announced())
    for step in steps:
        take(worker, step)
        heard = follow(support, intake, heard)
        assert listed(intake, support.case) == still_open(worker)


#: A is met, B is noted on a later day, and A is open again: two open needs of one kind.
TWO_OPEN: list[Step] = [
    ("need", 0, "2025-12-01", "documents"),
    ("service", 0, "2025-12-02", "documents"),
    ("need", 0, "2025-12-03", "documents"),
    ("withdraw_service", 0, "", ""),
]


@pytest.mark.hazard("H-DANGER-9", control="corrected-need-by-id")
@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("closing", ["withdraw", "service"])
@pytest.mark.parametrize(
    "before",
    [
        [*TWO_OPEN, ("day", 1, "2025-12-01", "")],
        [*TWO_OPEN, ("day", 0, "2025-12-03", "")],
        [("need", 0, "2025-12-01", "documents"), ("need", 0, "2025-12-01", "medical"), ("kind", 1, "", "documents")],
    ],
    ids=["later", "earlier", "kind"],
)
def test_two_corrected_needs_of_one_kind_and_day_are_listed_until_both_are_closed(
    support: Harness, intake: Harness, before: list[Step], closing: str, first: int
) -> None:
    worker = support.member("caseworker", lead=True)
    heard = 0
    for step in [*before, ("withdraw", first, "", ""), (closing, 0, "2025-12-03", "documents")]:
        days = listed(intake, support.case)
        take(worker, step)
        heard = follow(support, intake, heard)
        assert listed(intake, support.case) == still_open(worker)
    assert (set(days), listed(intake, support.case)) == ({"documents"}, {})

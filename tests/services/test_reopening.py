"""A case that intake reopens is open at every service, however its events are batched."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from deploy.cli import servers
from shared.events.contract import Received
from shared.events.envelope import Event
from shared.store.database import Database
from tests.kit import databases

pytestmark = pytest.mark.integration

CASE = UUID(int=7)
DAY = date(2026, 3, 2)
OPENED = {"jurisdiction": "NL", "language": "bg", "opened_on": DAY, "urgent_needs": []}
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("contact.opened", OPENED),
    ("case.closed", {"closed_on": DAY}),
    ("case.reopened", {}),
    ("case.closed", {"closed_on": DAY}),
    ("case.reopened", {}),
]


@pytest.fixture(params=["legal", "support"])
def following(request: pytest.FixtureRequest, postgres: servers.PostgresServer) -> Iterator[tuple[str, Database]]:
    with databases.opened(postgres, request.param) as (found, _):
        yield request.param, found


def received(position: int) -> Received:
    name, data = TOLD[position]
    event = Event(
        id=uuid4(),
        source="intake",
        name=name,
        version=1,
        subject=CASE,
        time=datetime(2026, 3, 2, tzinfo=UTC),
        position=position + 1,
        epoch=UUID(int=3),
        correlation=UUID(int=4),
        data=data,
    )
    return Received(event, data)


@pytest.mark.parametrize("cuts", [(0, 5), (0, 1, 2, 3, 4, 5), (0, 2, 4, 5), (0, 3, 5)])
def test_what_was_told_last_counts(following: tuple[str, Database], cuts: tuple[int, ...]) -> None:
    service, database = following
    parts = import_module(f"services.{service}.service").PARTS
    [cases] = [each for each in parts.following.projections if each.name == "cases"]
    shown = {0: "open", 1: "open", 2: "closed", 3: "open", 4: "closed", 5: "open"}
    for begin, end in itertools.pairwise(cuts):
        with database.transaction() as session:
            cases.project(session, [received(position) for position in range(begin, end)])
            status = session.execute(text("select status from cases where id = :case"), {"case": CASE}).scalar_one()
        assert status == shown[end]

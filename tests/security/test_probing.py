"""Attempts to guess ids raise an alarm: a metric, a log line and an operators' entry with the caller, but no case."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from shared.deadlines.time_source import TIME_SOURCE, TimeSource
from shared.encryption import Keys
from shared.exchange import eventlog
from shared.http import RequestPipeline
from shared.http.denials import ALARMING
from shared.store.database import Database
from shared.telemetry import metrics
from tests.kit.client import Client, edge_of, told
from tests.kit.intake.cases import opened
from tests.kit.production_logs import production_logs

pytestmark = [pytest.mark.security, pytest.mark.integration]


@pytest.fixture
def door(database: Database, own_keys: Keys) -> RequestPipeline:
    clock = TimeSource(movable=True)
    database.provide(TIME_SOURCE, clock)
    with database.transaction() as session:
        eventlog.begin_epoch_if_restored(session)
    return edge_of(database, clock=clock)


def alarms(door: RequestPipeline, database: Database) -> list[dict[str, Any]]:
    """Return the alarms as `./casepath status` requests them."""
    operator = Client(door, "operator")
    reads = SimpleNamespace(reads=SimpleNamespace(sources=()))
    operator.service.process = SimpleNamespace(
        database=database,
        service="intake",
        parts=SimpleNamespace(following=reads),
        settings=SimpleNamespace(environment="training"),
    )
    found: list[dict[str, Any]] = told(operator.ask("GET", "/v1/exchange"))["probing"]
    return found


@pytest.fixture
def counted() -> Callable[[], float]:
    before = metrics.probing_alarms._value.get()
    return lambda: metrics.probing_alarms._value.get() - before


@pytest.mark.promise("SEC-17")
def test_who_tries_ids_is_told_of_by_metric_log_and_status(
    door: RequestPipeline, database: Database, counted: Callable[[], float], capsys: pytest.CaptureFixture[str]
) -> None:
    thief, worker = Client(door, "caseworker"), Client(door, "caseworker")
    theirs = opened(worker)
    with production_logs("intake", "info"):
        tried = [theirs, *(str(uuid4()) for _ in range(ALARMING - 1))]
        for number, case in enumerate(tried):
            assert alarms(door, database) == []
            assert counted() == 0, number
            assert thief.ask("GET", f"/v1/cases/{case}").status_code == 404
        line = next(line for line in capsys.readouterr().out.splitlines() if "access.probing" in line)
    [alarm] = alarms(door, database)
    assert (alarm["caller"], alarm["not_found"]) == (str(thief.subject), ALARMING)
    assert counted() == 1
    written = json.loads(line)
    assert (written["caller"], written["count"]) == (str(thief.subject), ALARMING)
    assert "dropped" not in written
    assert not any(case in line + json.dumps(alarm) for case in tried)


@pytest.mark.promise("SEC-17")
def test_a_mistyped_id_and_one_that_is_asked_for_again_and_again_alarm_nobody(
    door: RequestPipeline, database: Database, counted: Callable[[], float]
) -> None:
    worker = Client(door, "caseworker")
    mistyped = uuid4()
    for _ in range(2 * ALARMING):
        assert worker.ask("GET", f"/v1/cases/{mistyped}").status_code == 404
        assert worker.ask("GET", f"/v1/cases/{opened(worker)}").status_code == 200
    assert alarms(door, database) == []
    assert counted() == 0

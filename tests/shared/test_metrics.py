"""The metrics of an installation: a closed list, correct in every replica, without any data of a case."""

import platform
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import kombu.connection
import pytest
from prometheus_client import CollectorRegistry, Gauge, Metric
from sqlalchemy import Text, cast, func, literal, select
from werkzeug.routing import Map
from werkzeug.test import EnvironBuilder

from deploy.cli import servers
from shared.deadlines import timers
from shared.events.envelope import encode
from shared.exchange import eventlog, tombstones
from shared.http.server.front import Front
from shared.runtime.process import MEASURES
from shared.store import leader
from shared.store.database import LIMITS, Database, engine_for
from shared.store.measuring import Measure, Measuring
from shared.telemetry import metrics
from tests.kit import teams
from tests.kit.alerts import DANGER
from tests.kit.builders import an_event
from tests.kit.harness import harness
from tests.kit.teams import World, added, noted
from tests.kit.waiting import wait_until

A_CASE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}|[0-9a-f]{32}", re.IGNORECASE)


@pytest.fixture
def world(database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    with teams.opened(database, fresh_database, postgres, vhost) as opened:
        yield opened


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(f"casepath_{name}", labels) or 0.0


def collected() -> list[Metric]:
    return list(metrics.REGISTRY.collect())


def test_each_metric_has_a_name_of_ours_and_a_meaning() -> None:
    ours = [each for each in collected() if not each.name.startswith("process_")]
    assert [each.name for each in ours if not each.name.startswith("casepath_")] == []
    assert [each.name for each in ours if not each.documentation.endswith(".")] == []


def test_a_label_that_nobody_explained_is_refused() -> None:
    with pytest.raises(ValueError, match="subject"):
        metrics._counter("things", "Things.", "subject")
    assert "casepath_things" not in {each.name for each in collected()}


@pytest.mark.integration
def test_nothing_of_a_case_is_in_the_metrics_whatever_happens_to_it(world: World) -> None:
    subject, member, bad = uuid4(), uuid4(), uuid4()
    world.poison = {666}
    with world.following(), world.guarding(), world.relaying():
        world.tell(subject, added(member))
        world.tell(bad, noted(666))
        world.tell(bad, noted(1))
        world.send(encode(an_event(source="stranger", subject=subject)), f"{subject}.{member}")
        world.send(b"no json", "thing.noted.v1")
        wait_until(lambda: world.held() == {bad}, "one is held")
        wait_until(lambda: value("messages_quarantined_total", reason="foreign_source") > 0, "one is foreign")
        wait_until(lambda: world.stands_at() == 3, "all are passed")
    exposition = metrics.exposition().decode()
    assert A_CASE.findall(exposition) == []
    assert 'casepath_handler_seconds_count{handler="project team"}' in exposition
    assert 'casepath_handler_seconds_count{handler="react added"}' in exposition
    assert {label for each in collected() for sample in each.samples for label in sample.labels} <= {
        *metrics.LABELS,
        "le",
    }


@pytest.mark.integration
def test_a_replica_that_does_not_lead_tells_what_waits_for_the_broker(world: World) -> None:
    other = leader.try_acquire(world.url, "relay")
    assert other is not None
    with other, world.relaying():
        world.tell(uuid4(), noted(1), noted(2), noted(3))
        wait_until(lambda: value("unpublished_events") == 3, "three wait")
        wait_until(lambda: value("unpublished_age_seconds") > 0, "for some time")
        assert value("relay_leader") == 0
        with world.source.transaction() as session:
            eventlog.number(session)
        wait_until(lambda: value("log_head_position") == 3, "they are numbered")
        assert value("unpublished_events") == 3
    with world.relaying():
        wait_until(lambda: value("unpublished_events") == 0, "another leads, and none waits")
        wait_until(lambda: value("unpublished_age_seconds") == 0, "nor is any old")
        assert value("log_published_position") == 3


@pytest.mark.integration
def test_what_the_broker_refuses_is_counted_and_sent_again(world: World) -> None:
    full = {"x-queue-type": "classic", "x-max-length": 1, "x-overflow": "reject-publish"}
    before, doubts = value("publish_nacks_total"), value("publish_doubts_total")
    with world.relaying(), kombu.connection.Connection(world.uri) as connection:
        wait_until(lambda: value("relay_leader") == 1, "it leads")
        channel = connection.channel()
        channel.exchange_declare("intake.events", "topic", durable=True, auto_delete=False)
        channel.queue_declare("full", durable=True, auto_delete=False, arguments=full)
        channel.queue_bind("full", "intake.events", routing_key="#")
        world.tell(uuid4(), *[noted(each) for each in range(20)])
        wait_until(lambda: value("publish_nacks_total") > before, "it is refused")
        wait_until(lambda: value("unpublished_events") > 0, "it waits")
        channel.queue_delete("full")
        wait_until(lambda: world.published() == 20, "all are published in the end")
    assert value("publish_doubts_total") - doubts >= value("publish_nacks_total") - before


def test_the_process_tells_its_release_and_what_it_takes_of_the_machine() -> None:
    metrics.says_release("9.9.9")
    assert value("build_info", release="9.9.9", python=platform.python_version()) == 1
    assert {"process_cpu_seconds", "process_resident_memory_bytes", "process_open_fds"} <= {
        each.name for each in collected()
    }


@pytest.mark.integration
@pytest.mark.parametrize("service", ["intake", "support", "partners"])
def test_what_only_the_database_knows_is_measured(service: str, postgres: servers.PostgresServer) -> None:
    with harness(service, postgres) as served:
        measures = (*MEASURES, *served.parts.measures)
        Measuring(served.database, measures).look()
        before = value("timers_waiting")
        with served.database.transaction() as session:
            timers.schedule(session, served.case, "due@1", datetime.now(UTC) - timedelta(hours=1))
            tombstones.put(session, tombstones.Tombstone(uuid4(), None, tombstones.DELETED, None))
        Measuring(served.database, measures).look()
        assert value("timers_waiting") == before + 1
        assert value("timers_overdue_age_seconds") >= 3_600
        assert value("erasures_unfinished") == 1
        assert all(measure.gauge._value.get() >= 0 for measure in measures)


@pytest.mark.integration
@pytest.mark.hazard("H-OPERATION-6", control="each-measure-alone")
def test_a_measure_that_is_too_slow_keeps_no_other_from_being_taken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(LIMITS, "statement_timeout", 100)
    registry = CollectorRegistry()
    before, slow, broken, behind = (
        Gauge(name, name, registry=registry) for name in ("before", "slow", "broken", "behind")
    )
    figures = {
        before: literal(1),
        slow: func.length(cast(func.pg_sleep(60), Text)),
        broken: literal(1) / literal(0),
        behind: literal(2),
    }
    limited = Database(engine_for(database.url))
    Measuring(limited, [Measure(gauge, select(figure)) for gauge, figure in figures.items()]).look()
    limited.engine.dispose()
    assert [gauge._value.get() for gauge in figures] == [1, 0, 0, 2]


@pytest.mark.integration
def test_an_alert_counts_until_somebody_has_acknowledged_it(postgres: servers.PostgresServer) -> None:
    with harness("support", postgres) as support:
        worker = support.member("support_worker", lead=True)
        measuring = Measuring(support.database, support.parts.measures)
        assert worker.ask("POST", f"/v1/cases/{support.case}/alerts", DANGER).status_code == 201
        measuring.look()
        assert value("alerts_unacknowledged") == 1
        assert value("alert_unacknowledged_age_seconds") >= 0


@pytest.mark.integration
def test_an_address_that_is_not_served_is_counted(database: Database) -> None:
    before = value("http_unknown_addresses_total")
    front = Front(Map([]), None)
    environ = EnvironBuilder("/wp-login.php").get_environ() | {"RAW_URI": "/wp-login.php"}
    assert b"".join(front(environ, lambda *_: None))
    assert value("http_unknown_addresses_total") == before + 1

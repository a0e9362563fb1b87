"""An event that a service does not read is ignored if its release knows the type, and counted as skipped if not."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from deploy.cli.installation import SERVICES
from deploy.cli.servers import PostgresServer
from shared.events import published
from shared.events.envelope import Event
from shared.exchange import cursor
from shared.exchange.follower.apply import Application
from shared.telemetry import metrics
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, postgres: PostgresServer) -> Iterator[Harness]:
    with harness(request.param, postgres) as own:
        yield own


def unread(service: Harness) -> tuple[str, str]:
    """Return the source and name of a type of the catalogue that a service follows and does not read."""
    reads = service.parts.following.reads
    read = {each.key for each in reads.reads}
    known = sorted(published.types())
    return next((src, name) for src, name, _ in known if src in reads.sources and f"{src}.{name}" not in read)


def apply(service: Harness, *events: Event) -> list[tuple[str, int, int, int]]:
    """Apply events of one source; return what is counted as skipped: name, version, count and last position."""
    source = events[0].source
    before = counted(source)
    application = Application(service.database, service.parts.following)
    application.take(source, events, lambda: False)
    with service.database.transaction() as session:
        rows = session.execute(select(cursor.skipped).where(cursor.skipped.c.source == source)).mappings().all()
        assert cursor.lock(session, source).position == len(events)
    assert counted(source) - before == sum(row["count"] for row in rows)
    return [(row["name"], row["version"], row["count"], row["last_position"]) for row in rows]


def counted(source: str) -> float:
    return metrics.REGISTRY.get_sample_value("casepath_events_skipped_total", {"source": source}) or 0.0


def test_an_event_of_the_catalogue_that_is_not_read_is_ignored(service: Harness) -> None:
    source, name = unread(service)
    assert apply(service, an_event(source=source, name=name, position=1)) == []


def test_an_event_of_a_newer_release_is_counted_as_skipped(service: Harness) -> None:
    source, name = unread(service)
    planted = [
        an_event(source=source, name="thing.planted", position=1),
        an_event(source=source, name=name, position=2),
        an_event(source=source, name=name, version=9, position=3),
        an_event(source=source, name="thing.planted", position=4),
    ]
    assert sorted(apply(service, *planted)) == sorted([(name, 9, 1, 3), ("thing.planted", 1, 2, 4)])

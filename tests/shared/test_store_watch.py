"""A store is probed repeatedly, so that its state is always known at once, even while it does not respond."""

import socket
import threading
from collections.abc import Iterator

import pytest

from shared.store import store_watch
from shared.store.database import Database, engine_for
from shared.store.store_watch import AWAY, FULL, OK, READ_ONLY, SILENT, StoreWatch
from shared.telemetry import metrics
from tests.kit.statements import statements
from tests.kit.waiting import wait_until


@pytest.mark.integration
def test_a_writable_database_is_healthy_until_a_write_finds_the_disk_full(
    database: Database,
) -> None:
    is_full = False
    watch = StoreWatch(database.engine, "database", lacks_room=lambda: is_full)
    assert watch.state == AWAY, "nobody has looked yet"
    watch.look()
    assert watch.state == OK
    assert metrics.store_usable.labels("database")._value is not None
    is_full = True
    assert watch.state == FULL


@pytest.mark.integration
def test_a_store_that_takes_no_writes_is_not_well(database: Database) -> None:
    reading = engine_for(database.url)
    watch = StoreWatch(reading, "database")
    with reading.connect() as connection:
        connection.exec_driver_sql("set session characteristics as transaction read only")
        connection.commit()
    watch.look()
    assert watch.state == READ_ONLY
    reading.dispose()


@pytest.mark.integration
@pytest.mark.hazard("H-OPERATION-10", control="cheap-disk-probe")
def test_disk_space_is_probed_once_a_minute_and_at_each_check_after_a_refused_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, is_full = 1_000.0, False
    monkeypatch.setattr(store_watch.time, "monotonic", lambda: now)
    watch = StoreWatch(database.engine, "database", lacks_room=lambda: is_full)

    def probes(looks: int) -> int:
        with statements() as sent:
            for _ in range(looks):
                watch.look()
        assert len(sent) == looks
        return sum("generate_series" in each.text for each in sent)

    assert probes(30) == 1
    now += store_watch.PROBE_SECONDS
    assert probes(30) == 1
    is_full = True
    assert probes(3) == 3
    is_full, watch._seen = False, FULL
    assert probes(3) == 1, "until one has found room again"
    assert watch.state == OK


def test_a_store_that_is_not_there_is_away() -> None:
    watch = StoreWatch(engine_for("postgresql://nobody@127.0.0.1:1/none"), "database")
    watch.look()
    assert watch.state == AWAY


@pytest.fixture
def silent() -> Iterator[int]:
    """Yield the port of a server that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.promise("MONITOR-6")
def test_a_store_that_says_nothing_is_silent_while_it_is_waited_for(
    silent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_watch, "SILENT_SECONDS", 0.1)
    watch = StoreWatch(engine_for(f"postgresql://nobody@127.0.0.1:{silent}/none"), "database")
    looking = threading.Thread(target=watch.look, daemon=True)
    looking.start()
    wait_until(lambda: watch.state == SILENT, "it is known to be silent, and still waited for")
    assert looking.is_alive()

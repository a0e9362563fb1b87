"""Databases for generated histories, and a process that can end at any crash point without ending the test."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import structlog

from deploy.cli import servers
from shared.exchange import holds
from shared.exchange.follower import drain, guard
from shared.telemetry import crash
from tests.faults.generated import border
from tests.faults.generated.picture import TABLES
from tests.faults.generated.telling import FOLLOWER, SOURCES
from tests.faults.generated.world import Make, Servers, World
from tests.kit import databases


@pytest.fixture(scope="session")
def history_servers(postgres: servers.PostgresServer) -> Iterator[Servers]:
    """A database for each source and for the follower, emptied for each history."""
    with ExitStack() as stack:
        urls = {name: stack.enter_context(databases.migrated(postgres, "intake")) for name in (*SOURCES, FOLLOWER)}
        found = Servers.at(urls)
        found.looking[FOLLOWER].execute(TABLES)
        databases.grant(urls[FOLLOWER])
        yield found
        found.close()


@pytest.fixture
def make(history_servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Make worlds, each with an empty history; the last one made is where crash points are heeded."""
    worlds: list[World] = []

    def new(kind: type[World] = World) -> World:
        worlds[:] = [kind(history_servers)]
        return worlds[0]

    monkeypatch.setattr(crash, "point", lambda name: worlds[0].crash(name) if worlds else None)
    # Holds become due when the history says so, never by themselves.
    monkeypatch.setattr(holds, "WAITS", (3600,) * 5)
    # So does a turn of draining end: by the clock, a machine that is slow for a moment would end it anywhere.
    monkeypatch.setattr(drain.Drain, "_is_over", lambda *_: bool(worlds) and worlds[0].turn_is_over())
    for module in (drain, guard):
        monkeypatch.setattr(module, "PAGE", border.PAGE)
    told = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield new
    structlog.configure(**told)

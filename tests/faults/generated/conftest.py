"""Databases for generated histories, and a process that can stop at any crash point without ending the test."""

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
    """Yield a database for each source and one for the follower. They are emptied for each history."""
    with ExitStack() as stack:
        urls = {name: stack.enter_context(databases.migrated(postgres, "intake")) for name in (*SOURCES, FOLLOWER)}
        found = Servers.at(urls)
        found.looking[FOLLOWER].execute(TABLES)
        databases.grant(urls[FOLLOWER])
        yield found
        found.close()


@pytest.fixture
def make(history_servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    """Yield a function that makes worlds with an empty history; crash points apply to the last one."""
    worlds: list[World] = []

    def new(kind: type[World] = World) -> World:
        worlds[:] = [kind(history_servers)]
        return worlds[0]

    monkeypatch.setattr(crash, "point", lambda name: worlds[0].crash(name) if worlds else None)
    # Holds become due when the history says so, never with time.
    monkeypatch.setattr(holds, "WAITS", (3600,) * 5)
    # The same applies to the end of a drain's turn: with the clock, a short delay of the machine could end it anywhere.
    monkeypatch.setattr(drain.Drain, "_is_over", lambda *_: bool(worlds) and worlds[0].turn_is_over())
    for module in (drain, guard):
        monkeypatch.setattr(module, "PAGE", border.PAGE)
    told = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield new
    structlog.configure(**told)

"""Fixtures: a real PostgreSQL and a real RabbitMQ, private to the run, and fresh databases in them."""

import os

# Before psycopg is imported anywhere: its C wait function is refused by shared.store.database.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli import servers
from deploy.cli.api import Targets, targets_of
from deploy.cli.installation import Installation
from services.registry import parts_of
from shared import encryption
from shared.encryption.ring import new_ring
from shared.store.database import Database, engine_for
from shared.store.migration import migrate
from tests.benchmarks.installation import empty, started

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PostgresServer]:
    folder: Path = tmp_path_factory.mktemp("postgres")
    [port] = servers.free_ports(1)
    with servers.postgres(folder, port, durable=False, keep=False) as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.RabbitServer]:
    folder: Path = tmp_path_factory.mktemp("rabbitmq")
    port, distribution, epmd = servers.free_ports(3)
    with servers.rabbitmq(folder, port, distribution_port=distribution, epmd_port=epmd, keep=False) as server:
        yield server


@pytest.fixture
def fresh_database(postgres: servers.PostgresServer) -> str:
    """A database with the tables of the mechanism and of intake, that no other test uses."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    postgres.create_database(name)
    url = postgres.database_url(name)
    migrate(parts_of("intake")[0].migrations, url)
    return url


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    found = Database(engine_for(fresh_database))
    yield found
    found.engine.dispose()


@pytest.fixture
def own_keys(postgres: servers.PostgresServer, database: Database) -> Iterator[encryption.Keys]:
    """The keys that the transactions of `database` seal with, in a key database that no other test uses."""
    name = f"k{os.getpid()}_{next(_numbers)}"
    postgres.create_database(name)
    migrate(encryption.MIGRATIONS, postgres.database_url(name))
    store = engine_for(postgres.database_url(name), pool_size=4)
    found = encryption.Keys(store, encryption.FileRing(new_ring("first")), "intake")
    database.provide(encryption.KEYS, found)
    yield found
    store.dispose()


@pytest.fixture
def vhost(rabbitmq: servers.RabbitServer) -> str:
    """The address of a virtual host that no other test uses."""
    name = f"t{next(_numbers)}"
    rabbitmq.add_vhost(name)
    return rabbitmq.uri(name)


@pytest.fixture(scope="session")
def running_installation() -> Iterator[Installation]:
    """A whole installation as `./casepath up` starts it: own servers, own ports, three services."""
    with empty() as found, started(found):
        yield found


@pytest.fixture(scope="session")
def installation(running_installation: Installation) -> Targets:
    """How a client reaches the running installation."""
    return targets_of(running_installation)

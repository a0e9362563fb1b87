"""Fixtures: a real PostgreSQL and a real RabbitMQ, private to the run, and fresh databases in them."""

import gc
import os

# Before psycopg is imported anywhere: its C wait function is refused by shared.store.database.
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_poll")

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from deploy.cli import servers
from deploy.cli.api import Targets, targets_of
from deploy.cli.installation import Installation
from shared import encryption
from shared.sealing.ring import new_ring
from shared.store.database import Database, engine_for
from tests.kit import databases, exchange
from tests.kit.databases import migrated
from tests.kit.exchange import World
from tests.kit.installation import SharedInstallation
from tests.kit.mailbox import Mailbox, receiving_mail
from tests.kit.private_servers import VirtualHost, VirtualHosts, folder_for
from tests.kit.receivers import LOOPBACK


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have a slow test: a process that comes to one in the end goes on alone.

    Whole journeys have an order of their own.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow and item.get_closest_marker("e2e") is None)


#: Without this a traceback is drawn with every variable of every frame, which takes a processor a tenth of a second.
_PLAIN = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _PLAIN])

# A machine that stands still for a second fails no test. Databases and worlds are made once for all examples of a test;
# each example makes its own cases in them.
_UNTIMED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}
settings.register_profile("untimed", settings(), **_UNTIMED)
settings.load_profile("untimed")

# In CI, Hypothesis draws the same examples in each run. It also draws constants from the source of all modules that are
# loaded: with them, every commit and every selection of tests would draw other examples, and a test would fail on a
# change that has nothing to do with it. Outside CI, each run draws other examples, and these constants too.
if settings().derandomize:
    assert callable(providers._get_local_constants)  # an upgrade of Hypothesis may rename it
    providers._get_local_constants = lambda: providers._local_constants

#: Next to nothing of what is loaded is garbage; to look for it takes a fifth of the time in which tests are collected.
gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make alone: what was loaded is looked through again and again otherwise."""
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.enable()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.PostgresServer]:
    [port] = servers.free_ports(1)
    with (
        folder_for("postgres", tmp_path_factory.mktemp("postgres")) as folder,
        servers.postgres(folder, port, durable=False, keep=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def rabbitmq(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.RabbitServer]:
    port, distribution, epmd = servers.free_ports(3)
    with (
        folder_for("rabbitmq", tmp_path_factory.mktemp("rabbitmq")) as folder,
        servers.rabbitmq(folder, port, distribution_port=distribution, epmd_port=epmd, keep=False) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def virtual_hosts(rabbitmq: servers.RabbitServer) -> VirtualHosts:
    return VirtualHosts(rabbitmq)


@pytest.fixture
def fresh_database(postgres: servers.PostgresServer) -> Iterator[str]:
    """A database with the tables of the mechanism and of intake, that no other test uses."""
    with migrated(postgres, "intake") as url:
        yield url


@pytest.fixture
def database(fresh_database: str) -> Iterator[Database]:
    database = Database(engine_for(fresh_database))
    yield database
    database.engine.dispose()


@pytest.fixture
def own_keys(postgres: servers.PostgresServer, database: Database) -> Iterator[encryption.Keys]:
    """The keys that the transactions of `database` seal with, in a key database that no other test uses."""
    with migrated(postgres, databases.KEYS) as url:
        store = engine_for(url, pool_size=4)
        own = encryption.Keys(store, encryption.FileRing(new_ring("first")), "intake")
        database.provide(encryption.KEYS, own)
        yield own
        store.dispose()


@pytest.fixture
def vhost(virtual_hosts: VirtualHosts) -> VirtualHost:
    """The address of a virtual host that no other test uses."""
    return virtual_hosts.take()


@pytest.fixture
def world(database: Database, fresh_database: str, postgres: servers.PostgresServer, vhost: str) -> Iterator[World]:
    """A source and a follower of numbers, over a broker."""
    with exchange.opened(database, fresh_database, postgres, vhost) as opened:
        yield opened


#: What opens this machine to webhooks, in the order of what is opened.
WEBHOOK_SETTINGS = ("CASEPATH_WEBHOOK_NETWORKS", "CASEPATH_WEBHOOK_PORTS", "CASEPATH_WEBHOOK_PLAIN_HOSTS")


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """Run the mail server of the shared installation: rings by e-mail arrive there."""
    with receiving_mail() as opened:
        yield opened


@pytest.fixture(scope="session")
def shared_installation(mailbox: Mailbox) -> Iterator[SharedInstallation]:
    mail = {"CASEPATH_RING_MAIL_SERVER": mailbox.url, "CASEPATH_RING_MAIL_FROM": "casepath@example.org"}
    shared = SharedInstallation(**dict(zip(WEBHOOK_SETTINGS, LOOPBACK, strict=True)), **mail)
    yield shared
    shared.end()


@pytest.fixture(scope="module")
def running_installation(shared_installation: SharedInstallation) -> Installation:
    """A whole installation as `./casepath up` starts it: own servers, own ports, all services.

    It goes on through all files that ask for it: to start it takes a processor for most of a minute.
    """
    return shared_installation.begin()


@pytest.fixture(scope="module")
def installation(running_installation: Installation) -> Targets:
    """How a client reaches the running installation."""
    return targets_of(running_installation)

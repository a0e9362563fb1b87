"""The systems that do the job, and the environment of each: two databases and a virtual host."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from services.registry import parts_of
from shared import encryption
from shared.access import tokens
from shared.sealing.ring import new_ring
from tests.benchmarks.exchange import work
from tests.kit import databases

OTHERS_PYTHON = CHECKOUT / "build" / "benchmarks-venv" / "bin" / "python"


@dataclass(frozen=True)
class System:
    """One system; `fills` if it has a log that can be filled in advance."""

    name: str
    module: str
    python: Path
    fills: bool = False


OURS = System("casepath", "ours", Path(sys.executable), fills=True)
CEILING = System("hand-written", "ceiling", Path(sys.executable), fills=True)
NAMEKO = System("nameko", "stock_nameko", OTHERS_PYTHON)
CELERY = System("Celery", "with_celery", OTHERS_PYTHON)
FASTSTREAM = System("FastStream", "with_faststream", OTHERS_PYTHON)
DRAMATIQ = System("Dramatiq", "with_dramatiq", OTHERS_PYTHON)
ALL = (OURS, CEILING, NAMEKO, CELERY, FASTSTREAM, DRAMATIQ)


@dataclass(frozen=True)
class Place:
    """The environment of a system: the variables of its processes, and the databases that the runner reads."""

    source_url: str
    target_url: str
    variables: Mapping[str, str]


@contextmanager
def places(folder: Path, systems: tuple[System, ...]) -> Iterator[dict[str, Place]]:
    """Run one PostgreSQL and one RabbitMQ, and create the environment of every system in them."""
    ports = servers.free_ports(4)
    with (
        servers.postgres(folder / "postgres", ports[0], keep=False) as store,
        servers.rabbitmq(
            folder / "rabbitmq", ports[1], distribution_port=ports[2], epmd_port=ports[3], keep=False
        ) as broker,
    ):
        yield {each.module: _place(each, store, broker) for each in systems}


def _place(system: System, store: servers.PostgresServer, broker: servers.RabbitServer) -> Place:
    for side, tables in (("source", work.SOURCE_TABLES), ("target", work.TARGET_TABLES)):
        name = f"{system.module}_{side}"
        store.create_database(name)
        with psycopg.connect(store.owner_url(name), autocommit=True) as connection:
            connection.execute(tables)
        if system is OURS:  # as in an installation, its role owns no tables; the other systems create theirs
            databases.migrated_anew(store, name, parts_of("intake")[0].migrations)
            databases.migrated_anew(store, name + "_keys", encryption.MIGRATIONS)
    broker.add_vhost(system.module)
    source_url, target_url = (store.owner_url(f"{system.module}_{side}") for side in ("source", "target"))
    uri = broker.uri(system.module)
    told = {work.SOURCE_URL: source_url, work.TARGET_URL: target_url, work.BROKER_URI: uri}
    if system is OURS:
        key_stores = (
            store.database_url(f"{system.module}_source_keys"),
            store.database_url(f"{system.module}_target_keys"),
        )
        runs = [store.database_url(f"{system.module}_{side}") for side in ("source", "target")]
        told |= _as_services(*runs, uri, key_stores)
    return Place(source_url, target_url, {**os.environ, **told, "PYTHONPATH": str(CHECKOUT)})


def _as_services(source_url: str, target_url: str, uri: str, keys_urls: tuple[str, str]) -> dict[str, str]:
    keys = {name: tokens.new_key(tokens.service_issuer(name)) for name in ("maker", "reader")}
    first, second = (str(each) for each in servers.free_ports(2))
    return {
        "BENCH_SOURCE_PORT": first,
        "BENCH_TARGET_PORT": second,
        "CASEPATH_ENVIRONMENT": "production",
        "CASEPATH_LOG_LEVEL": "warning",
        "CASEPATH_AMQP_URI": uri,
        "CASEPATH_KEY_SET": json.dumps(tokens.public_set(keys.values())),
        "CASEPATH_SUBJECT_KEY": "bench",
        "CASEPATH_MAKER_DATABASE_URL": source_url,
        "CASEPATH_READER_DATABASE_URL": target_url,
        "CASEPATH_MAKER_KEYS_DATABASE_URL": keys_urls[0],
        "CASEPATH_READER_KEYS_DATABASE_URL": keys_urls[1],
        "CASEPATH_MAKER_KEY_RING": new_ring("bench"),
        "CASEPATH_READER_KEY_RING": new_ring("bench"),
        "CASEPATH_MAKER_SIGNING_KEY": json.dumps(keys["maker"]),
        "CASEPATH_READER_SIGNING_KEY": json.dumps(keys["reader"]),
    }

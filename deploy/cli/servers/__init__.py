"""Private servers for an embedded installation and for tests: a real PostgreSQL, a real RabbitMQ, on loopback.

For tests (as root or as an ordinary user; own folder, own ports; only the processes started here are ended, by pid)::

    from deploy.cli import servers

    with servers.postgres(folder, port) as pg, servers.rabbitmq(folder, port2) as mq:
        pg.database_url("intake")      # postgresql://intake:…@127.0.0.1:port/intake (a database and role per service)
        pg.create_database("other")    # another database with a role of its own; then pg.database_url("other")
        mq.service_uri("legal")        # amqp://legal:…@127.0.0.1:port2/casepath (quorum queues by default)
        mq.amqp_uri                    # the same for the operator, who may everything; no service is told it
        mq.add_vhost("test-7")         # another vhost for these accounts; then mq.service_uri("legal", "test-7")
        pg.kill(); pg.start()          # a crash, and the start after it; pg.stop() ends it cleanly
        mq.ctl("list_queues", "name")  # any rabbitmqctl command, its output as text (slow: about 2 s)

`servers.free_ports(n)` returns ports that nobody holds. `keep=False` removes the server's data at the end,
`durable=False` makes PostgreSQL skip waiting for the disk (a power cut would lose data; a killed process does not).

As root the servers run as the system user `casepath`; a folder that this user can't enter (below `/root`, pytest's
`tmp_path`) is replaced by one below `/var/lib/casepath`, found again for the same folder.
"""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from deploy.cli.installation import DATABASES
from deploy.cli.servers.postgres import PostgresServer
from deploy.cli.servers.rabbitmq import RabbitServer

__all__ = ["PostgresServer", "RabbitServer", "free_ports", "postgres", "rabbitmq"]


def free_ports(count: int) -> list[int]:
    """Return ports on loopback that nobody holds now."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in sockets:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in sockets]


@contextlib.contextmanager
def postgres(
    folder: Path,
    port: int,
    *,
    databases: tuple[str, ...] = DATABASES,
    durable: bool = True,
    keep: bool = True,
) -> Iterator[PostgresServer]:
    """Run a private PostgreSQL for as long as the block lasts."""
    server = PostgresServer(folder, port, databases=databases, durable=durable)
    with server.running(keep=keep):
        yield server


@contextlib.contextmanager
def rabbitmq(
    folder: Path, port: int, *, distribution_port: int | None = None, epmd_port: int | None = None, keep: bool = True
) -> Iterator[RabbitServer]:
    """Run a private RabbitMQ node, with a name server (epmd) of its own, for as long as the block lasts."""
    spare = free_ports(2)
    server = RabbitServer(
        folder, port, distribution_port=distribution_port or spare[0], epmd_port=epmd_port or spare[1]
    )
    with server.running(keep=keep):
        yield server

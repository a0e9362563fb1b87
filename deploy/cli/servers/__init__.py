"""Private servers for an embedded installation and for tests: a real PostgreSQL, a real RabbitMQ, on loopback.

For tests (as root or an ordinary user, with separate folders and ports; only processes started here are stopped)::

    from deploy.cli import servers

    with servers.postgres(folder, port) as pg, servers.rabbitmq(folder, port2) as mq:
        pg.database_url("intake")      # postgresql://intake:…@127.0.0.1:port/intake (a database and role per service)
        pg.create_database("other")    # another database with its own role; then pg.database_url("other")
        mq.service_uri("legal")        # amqp://legal:…@127.0.0.1:port2/casepath (quorum queues by default)
        mq.amqp_uri                    # the same for the operator, who has all rights; no service gets it
        mq.add_vhost("test-7")         # another vhost for these accounts; then mq.service_uri("legal", "test-7")
        pg.kill(); pg.start()          # a crash, and the start after it; pg.stop() ends it cleanly
        mq.ctl("list_queues", "name")  # any rabbitmqctl command, its output as text (slow: about 2 s)

`servers.free_ports(n)` returns ports and gives each port only once. `keep=False` removes the server's data at the end,
`durable=False` makes PostgreSQL skip waiting for the disk (a power cut would lose data; a killed process does not).

As root the servers run as the system user `casepath`. A folder that this user cannot enter (below `/root`, pytest's
`tmp_path`) is replaced by one below `/var/lib/casepath`, always the same for the same folder.
"""

import atexit
import contextlib
import socket
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from deploy.cli.installation import DATABASES
from deploy.cli.servers.postgres import PostgresServer
from deploy.cli.servers.rabbitmq import Node, RabbitServer

__all__ = ["PostgresServer", "RabbitServer", "free_ports", "postgres", "rabbitmq"]

#: The number of newest ports that stay bound. Each is an open file; a server that listens keeps an older one.
_MOST_HELD = 400
_held: deque[socket.socket] = deque()


@atexit.register
def _let_go() -> None:
    while _held:
        _held.pop().close()


def free_ports(count: int) -> list[int]:
    """Return free ports on loopback that no other caller gets before they are used.

    A port that is only checked can be given away again until its server listens, seconds later: two parallel test runs
    got the same one. So each port stays bound here, with an option that still lets a server listen on it.
    """
    while len(_held) > max(_MOST_HELD - count, 0):
        _held.popleft().close()
    return [_hold_port() for _ in range(count)]


def _hold_port() -> int:
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    # After the bind: before it, the kernel would look for a free one among half of its ports only.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _held.append(held)
    return int(held.getsockname()[1])


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
    folder: Path,
    port: int,
    *,
    distribution_port: int | None = None,
    epmd_port: int | None = None,
    keep: bool = True,
    node: Node | None = None,
) -> Iterator[RabbitServer]:
    """Run a private RabbitMQ node with its own name server (epmd) for the duration of the block."""
    spare = free_ports(2)
    server = RabbitServer(
        folder, port, distribution_port=distribution_port or spare[0], epmd_port=epmd_port or spare[1], node=node
    )
    with server.running(keep=keep):
        yield server

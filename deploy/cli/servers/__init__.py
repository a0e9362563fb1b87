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

`servers.free_ports(n)` returns ports that nobody else is given. `keep=False` removes the server's data at the end,
`durable=False` makes PostgreSQL skip waiting for the disk (a power cut would lose data; a killed process does not).

As root the servers run as the system user `casepath`; a folder that this user can't enter (below `/root`, pytest's
`tmp_path`) is replaced by one below `/var/lib/casepath`, found again for the same folder.
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

#: As many ports are held, the newest: each is an open file, and who listens on an older one holds it by that.
_MOST_HELD = 400
_held: deque[socket.socket] = deque()


@atexit.register
def _let_go() -> None:
    while _held:
        _held.pop().close()


def free_ports(count: int) -> list[int]:
    """Return ports on loopback that nobody holds now, and that nobody else is given before they are used.

    A port that was only looked at is given away again until its server listens, seconds later: two test runs side by
    side got the same one. So each stays bound here, in a way that lets a server listen there all the same.
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
    """Run a private RabbitMQ node, with a name server (epmd) of its own, for as long as the block lasts."""
    spare = free_ports(2)
    server = RabbitServer(
        folder, port, distribution_port=distribution_port or spare[0], epmd_port=epmd_port or spare[1], node=node
    )
    with server.running(keep=keep):
        yield server

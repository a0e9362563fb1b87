"""Servers and a folder for one measurement."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.cli import servers


@contextlib.contextmanager
def servers_in(folder: Path) -> Iterator[tuple[servers.PostgresServer, servers.RabbitServer]]:
    """Run a private PostgreSQL and RabbitMQ in a folder."""
    ports = servers.free_ports(4)
    with (
        servers.postgres(folder / "postgres", ports[0], keep=False) as store,
        servers.rabbitmq(
            folder / "rabbitmq", ports[1], distribution_port=ports[2], epmd_port=ports[3], keep=False
        ) as broker,
    ):
        yield store, broker


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Create a temporary folder until the block ends."""
    with tempfile.TemporaryDirectory(prefix="casepath-benchmark-", ignore_cleanup_errors=True) as name:
        made = Path(name)
        made.chmod(0o711)  # if root runs the benchmark, the servers run as another user, who must enter the folder
        yield made

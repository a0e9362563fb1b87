"""The private PostgreSQL and RabbitMQ of a run of tests: where their files are, and virtual hosts in good time."""

import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.cli.servers import RabbitServer
from deploy.cli.servers.rabbitmq import USER

#: A file system in memory: making a database there costs a tenth of what it costs on a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder below it, which nobody else can have made
ROOM = 4_000_000_000
#: A call of rabbitmqctl takes about two seconds, however much it does.
VHOSTS_AT_ONCE = 24


@contextmanager
def folder_for(name: str, otherwise: Path) -> Iterator[Path]:
    """Make a folder for a server's files: in memory where there is room (4 GB), or else the given one."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix=f"casepath-{name}-", dir=MEMORY))
    folder.chmod(0o711)  # as root, the private servers run as another user and have to pass
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class VirtualHosts:
    """Virtual hosts of a broker that no test has used yet."""

    def __init__(self, broker: RabbitServer) -> None:
        self._broker = broker
        self._numbers = itertools.count(1)
        self._fresh: list[str] = []

    def take(self) -> str:
        """Return the address of one that nobody else gets."""
        if not self._fresh:
            self._add([f"t{next(self._numbers)}" for _ in range(VHOSTS_AT_ONCE)])
        return self._broker.uri(self._fresh.pop(0))

    def _add(self, names: list[str]) -> None:
        """Add many in one call, as `RabbitServer.add_vhost` adds one."""
        quorum = {"default_queue_type": "quorum"}
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        definitions = {
            "vhosts": [{"name": name, "metadata": quorum, **quorum} for name in names],
            "permissions": [{"user": USER, "vhost": name, **everything} for name in names],
        }
        file = self._broker.directory / "virtual-hosts.json"
        file.write_text(json.dumps(definitions), encoding="utf-8")
        file.chmod(0o644)
        self._broker.ctl("import_definitions", str(file))
        self._fresh += names

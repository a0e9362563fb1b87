"""The private PostgreSQL and RabbitMQ of a test run: the folders of their files, and prepared virtual hosts."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.cli.installation import SERVICES
from deploy.cli.servers import RabbitServer
from deploy.cli.servers.rabbitmq_users import permissions, virtual_hosts

#: A file system in memory: making a database there takes a tenth of the time that it takes on a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 - a fresh folder below it, which nobody else can have made
ROOM = 4_000_000_000
#: A call of rabbitmqctl takes about two seconds, even if it does little.
VHOSTS_AT_ONCE = 24


@contextmanager
def folder_for(name: str, otherwise: Path) -> Iterator[Path]:
    """Make a folder for a server's files: in memory where there is room (4 GB), or else the given one."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    folder = Path(tempfile.mkdtemp(prefix=f"casepath-{name}-", dir=MEMORY))
    folder.chmod(0o711)  # if root runs the tests, the private servers run as another user, who must enter the folder
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class VirtualHost(str):
    """The operator's address of a virtual host; `of` returns it with a service's account."""

    __slots__ = ("_accounts",)
    _accounts: Mapping[str, str]

    @classmethod
    def at(cls, broker: RabbitServer, name: str) -> "VirtualHost":
        """Name a virtual host of a broker."""
        address = cls(broker.uri(name))
        address._accounts = {service: broker.service_uri(service, name) for service in SERVICES}
        return address

    def of(self, service: str) -> str:
        """Return the address with a service's account."""
        return self._accounts[service]


def own_address(address: str, service: str) -> str:
    """Return the address with a service's account, if the broker has such accounts."""
    return address.of(service) if isinstance(address, VirtualHost) else address


def _exchange(vhost: str, source: str) -> dict[str, object]:
    kind = {"type": "topic", "durable": True, "auto_delete": False, "internal": False, "arguments": {}}
    return {"name": f"{source}.events", "vhost": vhost, **kind}


class VirtualHosts:
    """Virtual hosts of a broker that no test has used yet."""

    def __init__(self, broker: RabbitServer) -> None:
        self._broker = broker
        self._numbers = itertools.count(1)
        self._fresh: list[str] = []

    def take(self) -> VirtualHost:
        """Return the address of an unused virtual host."""
        if not self._fresh:
            names = [f"t{next(self._numbers)}" for _ in range(VHOSTS_AT_ONCE)]
            self._broker.add_definitions(
                {
                    "vhosts": virtual_hosts(names),
                    "permissions": permissions(names),
                    # The objects that services leave at a broker. Many tests start a follower without its sources.
                    "exchanges": [_exchange(name, service) for name in names for service in SERVICES],
                }
            )
            self._fresh += names
        return VirtualHost.at(self._broker, self._fresh.pop(0))

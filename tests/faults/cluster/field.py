"""The field of `tests.faults.field` with a broker cluster: the services' settings list all three addresses."""

import contextlib
import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.cli import servers
from deploy.cli.installation import SERVICES
from deploy.cli.servers.rabbitmq import RabbitServer
from deploy.cli.stores import Stores, own_broker
from tests.faults.cluster.nodes import Cluster
from tests.faults.field import Field
from tests.faults.field_writes import Write
from tests.kit.waiting import wait_until

#: Time for a relay to detect the failure, close the old connection and connect to another node.
FOUND_AGAIN_SECONDS = 120.0
FAST_ONCE_IN = 5
QUEUES = ("legal.inbox", "support.inbox")
WRITES = 40


class ClusterField(Field):
    """Services that connect to each node directly, and their cluster."""

    def __init__(self, folder: Path, postgres: servers.PostgresServer, cluster: Cluster) -> None:
        """Store the cluster; no service runs yet."""
        super().__init__(folder, postgres, cluster.nodes[0])
        self.cluster = cluster

    def _stores(self) -> Stores:
        usual = super()._stores()
        own = {own_broker(service): self.cluster.service_uri(service) for service in SERVICES}
        return dataclasses.replace(usual, given={**usual.given, **own})

    def restore(self) -> None:
        """Restore all nodes, one replica of each service, and all queue members."""
        for node in self.cluster.nodes:
            self.cluster.thaw(node)
            if node.pid is None:
                node.start()
        super().restore()
        self.cluster.wait_until_whole(QUEUES)

    def relay_node(self, service: str) -> RabbitServer:
        """Return the node through which a service's relay publishes."""
        found: list[RabbitServer] = []

        def connected() -> bool:
            node = self.cluster.node_of_connection(f"casepath {service} relay")
            found[:] = [node] if node else []
            return bool(found)

        wait_until(connected, f"the relay of {service} is connected", FOUND_AGAIN_SECONDS)
        return found[0]

    def wait_for_broker(self) -> None:
        """Wait until every service is connected to a broker again, including its relay and follower."""
        waiting = set(SERVICES)

        def found() -> bool:
            waiting.difference_update({each for each in waiting if self._has_broker(each)})
            return not waiting

        try:
            wait_until(found, "every service has a broker", FOUND_AGAIN_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}; not {', '.join(waiting)}\n{self.last_words()}") from None

    def _has_broker(self, service: str) -> bool:
        with contextlib.suppress(OSError):
            return self.health(service)["broker"] == "ok"
        return False

    def must_be_fast(self, writes: int = 20) -> None:
        """Check that new events arrive through the broker: feeds must not hide a broken fast path.

        On a busy machine a sweep can be quicker than a delivery. One successful attempt in several is enough.
        """
        self.wait_for_broker()
        self.settle()
        for _ in range(FAST_ONCE_IN):
            before = self._caught_up()
            self.write(writes)
            self.settle()
            if self._caught_up() == before:
                return
        raise AssertionError("the feeds had to help although the broker is there")

    def _caught_up(self) -> float:
        return sum(self.metric(service, "casepath_events_caught_up_total") for service in SERVICES)


@contextlib.contextmanager
def opened_on(cluster: Cluster) -> Iterator[ClusterField]:
    """Yield a field on a running cluster, with one replica of each service; everything stops when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="casepath-field-"))
    folder.chmod(0o711)  # if root runs the tests, the private servers run as another user, who must enter the folder
    try:
        with servers.postgres(folder, servers.free_ports(1)[0]) as postgres:
            field = ClusterField(folder, postgres, cluster)
            try:
                field.start_all()
                cluster.wait_until_whole(QUEUES)
                yield field
            finally:
                field.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_more(written: list[Write], more: int = WRITES) -> None:
    """Wait until so many more cases were opened: writes continue while the broker fails."""
    aim = sum(1 for each in written if each.case) + more
    wait_until(lambda: sum(1 for each in written if each.case) >= aim, f"{more} more cases are opened", 60)

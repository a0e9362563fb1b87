"""Three RabbitMQ nodes that form one cluster: on loopback, or each in a separate network that can be cut."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.cli import servers
from deploy.cli.child import Child, Program
from deploy.cli.errors import CommandRefused
from deploy.cli.servers.os_user import as_server_user, make_own_folder
from deploy.cli.servers.rabbitmq import VHOST, Node, RabbitServer, fresh_secrets
from deploy.cli.servers.rabbitmq_programs import find_programs
from tests.kit.waiting import wait_until

SIZE = 3
#: The other nodes consider a node down after it was silent for this long (plus up to a quarter).
TICK_SECONDS = 5
FORMED_SECONDS = 120.0


@dataclass(frozen=True)
class Place:
    """The location of one node: its addresses, and how to run a command there as the servers' user."""

    clients_address: str = "127.0.0.1"
    nodes_address: str = "127.0.0.1"
    run: Callable[[list[str]], list[str]] = as_server_user


@dataclass(frozen=True)
class Queue:
    """The state of a quorum queue in the cluster; nodes by name."""

    leader: str
    members: frozenset[str]
    online: frozenset[str]


class Cluster:
    """The nodes and the commands to them. `amqp_uri` names all three."""

    def __init__(self, folder: Path, places: Sequence[Place], *, settings: Mapping[str, str]) -> None:
        """Assign each node a name, a folder and ports; nothing runs yet."""
        self._folder = folder
        ports = servers.free_ports(2 * SIZE + 1)
        self._epmd_port = ports.pop()
        self._together = len({each.nodes_address for each in places}) == 1
        names = [self._name(number, place) for number, place in enumerate(places, start=1)]
        shared = {
            "cluster_formation.peer_discovery_backend": "classic_config",
            **{f"cluster_formation.classic_config.nodes.{number}": name for number, name in enumerate(names, start=1)},
            **settings,
        }
        secrets = fresh_secrets()
        self.nodes = [
            RabbitServer(
                folder,
                ports.pop(),
                distribution_port=ports.pop(),
                epmd_port=self._epmd_port,
                node=Node(
                    name=name,
                    folder=name.partition("@")[0],
                    clients_address=place.clients_address,
                    nodes_address=place.nodes_address,
                    own_name_server=False,
                    secrets=secrets,
                    settings=shared,
                    kernel=f",{{net_ticktime,{TICK_SECONDS}}}",
                    as_user=place.run,
                ),
            )
            for name, place in zip(names, places, strict=True)
        ]
        self._name_servers: list[Child] = []

    def _name(self, number: int, place: Place) -> str:
        return f"casepath{number}@{'localhost' if self._together else place.nodes_address}"

    def service_uri(self, service: str) -> str:
        """Return the addresses of all nodes with a service's account, as in the service's settings."""
        return ";".join(node.service_uri(service) for node in self.nodes)

    @property
    def amqp_uri(self) -> str:
        """Return the addresses of all nodes for the operator."""
        return ";".join(node.amqp_uri for node in self.nodes)

    @contextlib.contextmanager
    def running(self) -> Iterator["Cluster"]:
        """Run the cluster until the block ends, and delete its data."""
        try:
            for node in self.nodes:
                node.prepare()
            self._start_name_servers()
            self.start_together()
            self.wait_until_whole()
            yield self
        finally:
            for node in self.nodes:
                self.thaw(node)
                node.kill()
            for child in self._name_servers:
                child.kill()
            for node in self.nodes:
                node.wipe()

    def start_together(self) -> None:
        """Start all nodes, then wait: the first node forms the cluster only when it sees the others."""
        children = [Child(program, node._log) for node in self.nodes for program in node.programs()]
        for node, child in zip(self.nodes, children, strict=True):
            node._children.append(child)
            child.start()
        for child in children:
            child.wait_until_ready()

    def _start_name_servers(self) -> None:
        found = find_programs()
        for node in self.nodes[:1] if self._together else self.nodes:
            program = Program(
                name="epmd",
                command=[found.epmd, "-port", str(self._epmd_port), "-address", node.node.nodes_address],
                as_user=node.node.as_user,
                environment={"PATH": found.path},
                directory=node.directory,
                ready=lambda node=node: self._name_server_answers(node),
            )
            child = Child(program, lambda _name, _line: None)
            self._name_servers.append(child)
            child.start()
            child.wait_until_ready()

    def _name_server_answers(self, node: RabbitServer) -> bool:
        asked = [find_programs().epmd, "-port", str(self._epmd_port), "-names"]
        return subprocess.run(node.node.as_user(asked), capture_output=True, check=False).returncode == 0

    def freeze(self, node: RabbitServer) -> None:
        """Suspend a node: it keeps its connections but sends nothing."""
        _signal(node, signal.SIGSTOP)

    def thaw(self, node: RabbitServer) -> None:
        """Resume a suspended node."""
        _signal(node, signal.SIGCONT)

    def use_khepri(self) -> None:
        """Store the cluster's metadata in Khepri, as later releases of RabbitMQ do."""
        try:
            self.nodes[0].ctl("enable_feature_flag", "--experimental", "khepri_db")
        except CommandRefused:  # since 4.1 the option has another name
            self.nodes[0].ctl("enable_feature_flag", "--opt-in", "khepri_db")

    def queue(self, name: str, *, ask: RabbitServer | None = None) -> Queue:
        """Return the state of a quorum queue; `ask` is the node to query. Raises `CommandRefused` without a result."""
        told = (ask or self.nodes[0]).ctl(
            "list_queues", "-p", VHOST, "--formatter", "json", "name", "leader", "members", "online"
        )
        found: list[dict[str, Any]] = [each for each in json.loads(told) if each["name"] == name]
        if not found:
            raise CommandRefused(f"The cluster has no queue {name}.")
        return Queue(str(found[0]["leader"]), frozenset(found[0]["members"]), frozenset(found[0]["online"]))

    def leader_of(self, queue: str) -> RabbitServer:
        """Return the node that leads a queue."""
        leader = self.queue(queue).leader
        return next(each for each in self.nodes if each.node.name == leader)

    def node_of_connection(self, name: str) -> RabbitServer | None:
        """Return the node to which a client's connection leads, by the connection name that the client set."""
        for line in (
            self.nodes[0].ctl("list_connections", "--no-table-headers", "pid", "client_properties").splitlines()
        ):
            pid, _, properties = line.partition("\t")
            if f'{{"connection_name","{name}"}}' in properties:
                holder = pid.strip("<>").rsplit(".", 3)[0]
                return next(each for each in self.nodes if each.node.name == holder)
        return None

    def wait_for_another_leader(self, queue: str, before: RabbitServer) -> None:
        """Wait until another node leads a queue; the former leader is dead, frozen or isolated."""
        ask = self.others(before)[0]

        def led() -> bool:
            with contextlib.suppress(CommandRefused):
                return self.queue(queue, ask=ask).leader not in ("", before.node.name)
            return False

        wait_until(led, f"another node leads {queue}", FORMED_SECONDS)

    def wait_until_taken_for_gone(self, node: RabbitServer) -> None:
        """Wait until the other nodes consider a node down."""
        ask = self.others(node)[0]

        def gone() -> bool:
            with contextlib.suppress(CommandRefused):
                told = json.loads(ask.ctl("cluster_status", "--formatter", "json"))
                return node.node.name not in told["running_nodes"]
            return False

        wait_until(gone, f"{node.node.name} is taken for gone", FORMED_SECONDS)

    def others(self, node: RabbitServer) -> list[RabbitServer]:
        """Return all nodes except this one."""
        return [each for each in self.nodes if each is not node]

    def wait_until_whole(self, queues: Sequence[str] = ()) -> None:
        """Wait until all nodes run, and all members of the named queues are online."""
        seen: dict[str, Any] = {}

        def whole() -> bool:
            seen.update({node.node.name: self._view(node) for node in self.nodes})
            return all(view == (SIZE, 0) for view in seen.values())

        try:
            wait_until(whole, "all nodes run in one cluster", FORMED_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}; each sees (running, partitions): {seen}") from None
        for name in queues:
            wait_until(lambda name=name: self._is_whole(name), f"{name} has all its members", FORMED_SECONDS)

    def rejoin(self, node: RabbitServer) -> None:
        """Wait until an isolated node is part of the cluster again.

        If the nodes' views still differ afterwards, restart the node, as RabbitMQ's guide to partitions advises.
        """
        views: list[tuple[int, int] | None] = []

        def decided() -> bool:
            views[:] = [self._view(each) for each in self.nodes]
            return all(view == (SIZE, 0) for view in views) or any(view and view[1] for view in views)

        wait_until(decided, f"{node.node.name} is back, or known to be in doubt", FORMED_SECONDS)
        if any(view and view[1] for view in views):
            node.stop()
            node.start()
        self.wait_until_whole()

    def _view(self, node: RabbitServer) -> tuple[int, int] | None:
        """Return the number of nodes that a node sees running, and of partitions; None if it cannot report them."""
        try:
            told = json.loads(node.ctl("cluster_status", "--formatter", "json"))
        except CommandRefused:
            return None
        return len(told["running_nodes"]), len(told["partitions"])

    def _is_whole(self, queue: str) -> bool:
        try:
            found = self.queue(queue)
        except CommandRefused:
            return False
        return bool(found.leader) and len(found.members) == len(found.online) == SIZE


def _signal(node: RabbitServer, number: int) -> None:
    if node.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(node.pid, number)


@contextlib.contextmanager
def on_loopback(folder: Path, **settings: str) -> Iterator[Cluster]:
    """Run three nodes on loopback."""
    make_own_folder(folder)
    with Cluster(folder, [Place()] * SIZE, settings=settings).running() as cluster:
        yield cluster

"""Separate networks for a cluster: one for clients, and one between the nodes that can be cut.

Each node has a namespace, and each network a bridge. All of it is created here and removed again: namespaces, virtual
cables and bridges with names of this process, and addresses from the documentation blocks (RFC 5737), so that there is
never a conflict with a real network.
"""

import contextlib
import itertools
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.cli.servers.os_user import as_server_user, make_own_folder
from tests.faults.cluster.nodes import SIZE, Cluster, Place

CLIENTS, NODES = "198.51.100", "203.0.113"
#: Each run takes a block of 16 addresses that no other run uses.
BLOCK, BLOCKS = 16, 16


class Networks:
    """The network cables of three nodes."""

    def __init__(self) -> None:
        """Choose names and addresses; nothing is created yet."""
        self._mark = f"cp{os.getpid() % 100_000}"
        self._first = _free_block() * BLOCK
        self.places = [self._place(number) for number in range(1, SIZE + 1)]

    def make(self, undo: contextlib.ExitStack) -> None:
        """Create everything; `undo` removes each part again."""
        self._ip("link", "add", self._clients, "type", "bridge")
        undo.callback(self._ip, "link", "del", self._clients)
        self._ip("link", "set", "dev", self._clients, "up")
        self._ip("addr", "add", f"{CLIENTS}.{self._first + BLOCK - 2}/28", "dev", self._clients)
        # In a separate namespace: this machine's forwarding rules do not apply there.
        self._add_space(self._switch, undo)
        self._ip("-n", self._switch, "link", "add", "nodes", "type", "bridge")
        self._ip("-n", self._switch, "link", "set", "dev", "nodes", "up")
        for number, place in enumerate(self.places, start=1):
            space, cable = self._space(number), self._cable(number)
            self._add_space(space, undo)
            self._ip("link", "add", cable, "type", "veth", "peer", "name", "to-clients", "netns", space)
            self._ip("link", "set", "dev", cable, "master", self._clients, "up")
            inside = ("-n", self._switch, "link")
            self._ip(*inside, "add", cable, "type", "veth", "peer", "name", "to-nodes", "netns", space)
            self._ip(*inside, "set", "dev", cable, "master", "nodes", "up")
            for device, address in (("to-clients", place.clients_address), ("to-nodes", place.nodes_address)):
                self._ip("-n", space, "addr", "add", f"{address}/28", "dev", device)
                self._ip("-n", space, "link", "set", "dev", device, "up")

    def _add_space(self, name: str, undo: contextlib.ExitStack) -> None:
        self._ip("netns", "add", name)
        undo.callback(self._ip, "netns", "del", name)
        self._ip("-n", name, "link", "set", "dev", "lo", "up")

    def isolate(self, number: int) -> None:
        """Unplug a node's cable to the other nodes (1 is the first): packets are dropped, not refused."""
        self._ip("-n", self._switch, "link", "set", "dev", self._cable(number), "nomaster")

    def heal(self) -> None:
        """Reconnect every cable."""
        for number in range(1, SIZE + 1):
            self._ip("-n", self._switch, "link", "set", "dev", self._cable(number), "master", "nodes")

    def _place(self, number: int) -> Place:
        inside = ["ip", "netns", "exec", self._space(number)]
        return Place(
            clients_address=f"{CLIENTS}.{self._first + number}",
            nodes_address=f"{NODES}.{self._first + number}",
            run=lambda command: [*inside, *as_server_user(command)],
        )

    @property
    def _clients(self) -> str:
        return f"{self._mark}c"

    @property
    def _switch(self) -> str:
        return f"{self._mark}-switch"

    def _space(self, number: int) -> str:
        return f"{self._mark}-{number}"

    def _cable(self, number: int) -> str:
        return f"{self._mark}-{number}"

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], check=True, capture_output=True)


def _free_block() -> int:
    taken = subprocess.run(["ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout
    own = os.getpid()
    blocks = ((own + step) % BLOCKS for step in itertools.count())
    return next(each for each in blocks if f" {CLIENTS}.{each * BLOCK + BLOCK - 2}/" not in taken)


@contextlib.contextmanager
def in_namespaces(folder: Path, **settings: str) -> Iterator[tuple[Cluster, Networks]]:
    """Run three nodes, each in a separate network. Skip the test if creating networks is not permitted."""
    with contextlib.ExitStack() as undo:
        try:
            networks = Networks()
            networks.make(undo)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            pytest.skip(f"no networks can be made here: {said.decode(errors='replace').strip()}")
        make_own_folder(folder)
        cluster = undo.enter_context(Cluster(folder, networks.places, settings=settings).running())
        undo.callback(networks.heal)
        yield cluster, networks

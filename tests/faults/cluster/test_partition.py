"""One of three nodes is isolated from the others but reachable for the services: its messages are never confirmed.

Under writes, the relays and followers find the majority without help, in each partition mode: `pause_minority` (the
isolated node pauses), `ignore` (it continues; an operator restarts it after the partition heals), and Khepri (the later
metadata store, which needs neither).
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.cli.servers.rabbitmq import RabbitServer
from shared.exchange.broker import BrokerRefused, BrokerUnsure, Inbox, Message, Publisher
from tests.faults.cluster.field import QUEUES, ClusterField, opened_on, wait_for_more
from tests.faults.cluster.network import Networks, in_namespaces
from tests.faults.cluster.nodes import Cluster
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.cluster, pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Record = Callable[[str, object], None]


class Probe:
    """A source and a queue in addition to the services': numbered messages, and which of them were confirmed."""

    def __init__(self, cluster: Cluster) -> None:
        """Declare the queue before the partition."""
        self._uri = cluster.amqp_uri
        Publisher(self._uri, "probe").cut()
        Inbox(self._uri, "probed", ["probe"]).cut()
        self._last = 0
        self.confirmed: list[int] = []

    def publish(self, node: RabbitServer) -> bool:
        """Publish one message through this node; return True if it was confirmed."""
        self._last += 1
        body = str(self._last).encode()
        try:
            publisher = Publisher(node.amqp_uri, "probe")
        except (BrokerUnsure, BrokerRefused):
            return False
        try:
            publisher.publish([Message(routing_key="probed.v1", body=body, content_type="text/plain")])
        except BrokerUnsure:
            return False
        finally:
            publisher.cut()
        self.confirmed.append(self._last)
        return True

    def arrived(self) -> list[int]:
        """Take all messages from the queue."""
        inbox = Inbox(self._uri, "probed", ["probe"])
        found: list[int] = []
        try:
            wait_until(lambda: self._take(inbox, found), "what was confirmed has arrived", 30)
        finally:
            inbox.cut()
        return found

    def _take(self, inbox: Inbox, found: list[int]) -> bool:
        found += [int(each.body) for each in inbox.receive(100, 0.2)]
        return set(self.confirmed) <= set(found)


@contextmanager
def apart(folder: Path, handling: str) -> Iterator[tuple[ClusterField, Networks]]:
    """Yield a field whose cluster uses this partition mode."""
    told = {} if handling == "khepri" else {"cluster_partition_handling": handling}
    with in_namespaces(folder, **told) as (cluster, networks):
        if handling == "khepri":
            cluster.use_khepri()
        with opened_on(cluster) as field:
            yield field, networks


@pytest.mark.promise("REL-27")
@pytest.mark.parametrize("handling", ["pause_minority", "ignore", "khepri"])
def test_a_node_that_is_cut_off_confirms_nothing_that_is_lost(
    folder: Path, handling: str, record_property: Record
) -> None:
    with apart(folder, handling) as (field, networks):
        cluster = field.cluster
        probe = Probe(cluster)
        with field.under_writes(threads=1) as written:
            wait_for_more(written)
            cut_off = field.relay_node("intake")
            assert all(probe.publish(node) for node in cluster.nodes)
            networks.isolate(cluster.nodes.index(cut_off) + 1)
            confirmed_there = probe.publish(cut_off)
            cluster.wait_until_taken_for_gone(cut_off)
            wait_until(
                lambda: any(probe.publish(node) for node in cluster.others(cut_off)), "the majority confirms", 60
            )
            confirmed_there |= probe.publish(cut_off)
            field.wait_for_broker()
            wait_for_more(written)
            networks.heal()
            wait_for_more(written)
            cluster.rejoin(cut_off)
            wait_for_more(written)
        cluster.wait_until_whole(QUEUES)
        assert not confirmed_there, "it had no majority"
        arrived = probe.arrived()
        assert set(probe.confirmed) <= set(arrived), json.dumps([probe.confirmed, arrived])
        field.must_be_fast()
        field.check(record_property, faults=1)

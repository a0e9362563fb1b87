"""A cluster of three loses a node to a crash, a freeze or an upgrade: the services are barely affected."""

from collections.abc import Callable

import pytest

from tests.faults.cluster.field import QUEUES, ClusterField, wait_for_more
from tests.faults.cluster.nodes import SIZE

pytestmark = [pytest.mark.cluster, pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Record = Callable[[str, object], None]


def test_each_queue_has_a_member_on_every_node(field: ClusterField) -> None:
    for queue in (*QUEUES, "legal.guard", "support.guard"):
        found = field.cluster.queue(queue)
        assert found.members == found.online == {each.node.name for each in field.cluster.nodes}


@pytest.mark.promise("REL-27")
@pytest.mark.parametrize("round_", range(3))
def test_the_leader_of_an_inbox_is_killed_under_writes(
    field: ClusterField, round_: int, record_property: Record
) -> None:
    with field.under_writes(threads=1) as written:
        wait_for_more(written)
        leader = field.cluster.leader_of("legal.inbox")
        leader.kill()
        wait_for_more(written)
        field.cluster.wait_for_another_leader("legal.inbox", leader)
        field.wait_for_broker()
        wait_for_more(written)
    field.must_be_fast()  # with two nodes
    with field.under_writes(threads=1) as written:
        leader.start()
        wait_for_more(written)
    field.cluster.wait_until_whole(QUEUES)
    field.must_be_fast()
    field.check(record_property, faults=1)


@pytest.mark.parametrize("service", ["intake", "support"])
def test_the_node_that_a_relay_is_connected_to_is_killed(
    field: ClusterField, service: str, record_property: Record
) -> None:
    with field.under_writes(threads=1) as written:
        wait_for_more(written)
        node = field.relay_node(service)
        node.kill()
        wait_for_more(written)
        field.wait_for_broker()
    field.must_be_fast()
    node.start()
    field.cluster.wait_until_whole(QUEUES)
    field.must_be_fast()
    field.check(record_property, faults=1)


@pytest.mark.promise("REL-27")
def test_a_node_stands_still_for_longer_than_the_others_wait(field: ClusterField, record_property: Record) -> None:
    with field.under_writes(threads=1) as written:
        wait_for_more(written)
        leader = field.cluster.leader_of("legal.inbox")
        field.cluster.freeze(leader)
        field.cluster.wait_for_another_leader("legal.inbox", leader)
        field.cluster.wait_until_taken_for_gone(leader)
        wait_for_more(written)
        field.cluster.thaw(leader)
        wait_for_more(written)
        field.cluster.rejoin(leader)
        wait_for_more(written)
    field.cluster.wait_until_whole(QUEUES)
    field.must_be_fast()
    field.check(record_property, faults=1)


def test_the_node_that_the_services_are_connected_to_stands_still(field: ClusterField, record_property: Record) -> None:
    node = field.relay_node("intake")
    with field.under_writes(threads=1) as written:
        wait_for_more(written)
        field.cluster.freeze(node)
        field.cluster.wait_until_taken_for_gone(node)
        field.wait_for_broker()
        wait_for_more(written)
    field.must_be_fast()
    field.cluster.thaw(node)
    field.cluster.rejoin(node)
    field.cluster.wait_until_whole(QUEUES)
    field.must_be_fast()
    field.check(record_property, faults=1)


def test_all_nodes_are_restarted_one_after_the_other(field: ClusterField, record_property: Record) -> None:
    with field.under_writes(threads=1) as written:
        for node in field.cluster.nodes:
            node.stop()
            wait_for_more(written)
            node.start()
            field.cluster.wait_until_whole(QUEUES)
            wait_for_more(written)
    field.must_be_fast()
    field.check(record_property, faults=SIZE)


def test_all_nodes_are_killed_at_once(field: ClusterField, record_property: Record) -> None:
    with field.under_writes(threads=1) as written:
        wait_for_more(written)
        for node in field.cluster.nodes:
            node.kill()
        wait_for_more(written)
        field.cluster.start_together()
        wait_for_more(written)
    field.cluster.wait_until_whole(QUEUES)
    field.must_be_fast()
    field.check(record_property, faults=SIZE)

"""An agency's broker queue in a whole installation: partners authenticates the agency and fills the queue."""

from http import HTTPStatus

import amqp
import pytest
import requests

from deploy.cli.api import Api, Targets
from deploy.cli.installation import Installation
from deploy.cli.plays.stage import CATEGORIES, PURPOSE, staff
from deploy.cli.sandbox import agree
from shared.access import agency_keys
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration]


def signed_in(installation: Installation, key: str) -> amqp.Connection:
    presented = agency_keys.read(key)
    assert presented is not None
    address = f"127.0.0.1:{installation.ports['rabbitmq']}"
    connection = amqp.Connection(address, str(presented.id), key, virtual_host="agencies", read_timeout=10)
    connection.connect()
    return connection


def feed(installation: Installation, key: str) -> requests.Response:
    """Return the agency's whole feed, with a retry while partners has just started and answers 503."""
    url = f"{installation.address('partners')}/v1/feed?after=0&limit=200"
    answers: list[requests.Response] = []

    def is_told() -> bool:
        answers.append(requests.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10))
        assert answers[-1].status_code in {HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE}, answers[-1].text
        return answers[-1].status_code == HTTPStatus.OK

    wait_until(is_told, "the feed is told from", 60)
    return answers[-1]


def test_an_agency_signs_in_with_its_key_and_reads_the_bytes_of_its_feed(
    running_installation: Installation, installation: Targets
) -> None:
    operator = Api(installation, roles=["operator"])
    made = operator.post("partners", "/v1/sandboxes", {"country": "NL"}).json()
    agree(operator, staff(installation), made["id"], (PURPOSE,), CATEGORIES)
    path = f"/v1/agencies/{made['id']}/broker-queue"
    operator.post("partners", path)
    queue = operator.get("partners", path).json()["queue"]
    wait_until(lambda: int(feed(running_installation, made["key"]).headers["Casepath-Head"]) > 0, "it has events")
    told = feed(running_installation, made["key"])
    head = int(told.headers["Casepath-Head"])
    assert head > 0
    wait_until(lambda: operator.get("partners", path).json()["sequence"] == head, f"it has all {head}", 30)
    reader = signed_in(running_installation, made["key"])
    channel, bodies = reader.channel(), []
    while (message := channel.basic_get(queue, no_ack=True)) is not None:
        bodies.append(bytes(message.body))
    assert b"[" + b",".join(bodies) + b"]" == told.content
    with pytest.raises(amqp.AccessRefused):
        reader.channel().queue_delete(queue)
    operator.post("partners", f"{path}/closing")
    wait_until(lambda: not is_there(reader, queue), "the queue is gone", 30)
    reader.collect()
    with pytest.raises(amqp.AccessRefused):
        signed_in(running_installation, made["key"])


def is_there(connection: amqp.Connection, queue: str) -> bool:
    try:
        connection.channel().queue_declare(queue, passive=True)
    except amqp.NotFound:
        return False
    return True

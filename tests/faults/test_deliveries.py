"""A process that sends webhooks is killed at the worst points.

No event is lost, and repeated deliveries are identical.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from deploy.cli import servers
from services.partners.channels.delivery.actions.source import SOURCE
from shared import encryption
from tests.kit.client import Client
from tests.kit.harness import RING, Harness, harness
from tests.kit.receivers import Receiver, receiving
from tests.kit.streams import HandMadeStreams, item
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
EVENTS = 300


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as opened:
        opened.database.provide(SOURCE, HandMadeStreams())
        yield opened


@contextmanager
def posting(partners: Harness, agency: str, orders: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a delivery process until the block ends."""
    keys = partners.database.provided(encryption.KEYS)._engine
    urls = [
        engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        for engine in (partners.database.engine, keys)
    ]
    environment = {**os.environ, "RING": RING, "CASEPATH_ENVIRONMENT": "training", "CASEPATH_CRASH_AT": str(orders)}
    command = [sys.executable, "-m", "tests.kit.deliveries_process", agency, str(EVENTS), *urls, "partners"]
    process = subprocess.Popen(command, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def sequences(receiver: Receiver) -> list[int]:
    return [int(json.loads(each.body)["sequence"]) for each in receiver.sent]


@pytest.mark.parametrize("kills", [1, 4])
def test_killed_between_an_answer_and_its_commit_it_sends_again_and_loses_nothing(
    partners: Harness, tmp_path: Path, kills: int
) -> None:
    operator = partners.staff("operator")
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    agency = str(operator.told("POST", "/v1/agencies", entry, 201)["id"])
    orders = tmp_path / "orders"
    with receiving() as receiver:
        path = f"/v1/agencies/{agency}/webhooks"
        made = operator.told("POST", path, {"url": receiver.url, "after": 0}, 201)["id"]
        for _ in range(kills):
            orders.write_text("partners:delivery.before_commit", encoding="ascii")
            with posting(partners, agency, orders) as process:
                wait_until(lambda process=process: process.poll() is not None, "it is dead")  # type: ignore[misc]
        before = len(receiver.sent)
        with posting(partners, agency, orders):
            wait_until(lambda: position(operator, f"{path}/{made}") == EVENTS, "all is posted")
    assert before > 0
    assert position(operator, f"{path}/{made}") == EVENTS
    check(receiver, UUID(agency), kills)


def position(operator: Client, path: str) -> int:
    return int(operator.told("GET", path)["position"])


def check(receiver: Receiver, agency: UUID, kills: int) -> None:
    """Check that no event is missing, that the order is right except for repetitions, and that these are identical."""
    arrived = sequences(receiver)
    assert set(arrived) == set(range(1, EVENTS + 1))
    steps_back = [(one, next_) for one, next_ in pairwise(arrived) if next_ != one + 1]
    assert 0 < len(steps_back) <= kills
    assert all(next_ <= one for one, next_ in steps_back)
    for sent, sequence in zip(receiver.sent, arrived, strict=True):
        expected = item(agency, sequence)
        assert (sent.body, sent.headers["webhook-id"]) == (expected.document, str(expected.id))

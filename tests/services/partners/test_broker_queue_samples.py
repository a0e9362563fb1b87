"""The samples that read an agency's queue run as an integrator runs them: with pika, and with stock nameko."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from joserfc.jwk import OKPKey

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from services.partners.channels.broker_queue.actions import opening
from shared.exchange.broker import AGENCIES_VHOST
from tests.kit.agency_queues import Agency, AgencyBroker, Streams, agency_broker
from tests.kit.harness import Harness, harness
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
SAMPLES = CHECKOUT / "docs" / "guides" / "agencies"
LINES_AT_MOST = 25


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(Agency.AGREED_AT)
        yield found


@contextmanager
def running(
    sample: Path, broker: AgencyBroker, agency: Agency, written: Path, key: dict[str, object] | None = None
) -> Iterator[None]:
    """Run a sample for the duration of the block, with its output in a file."""
    uri = f"amqp://{agency.user}:{agency.key}@127.0.0.1:{broker.server.port}/{AGENCIES_VHOST}"
    environment = {"PATH": "/usr/bin:/bin", "AMQP_URI": uri, "QUEUE": agency.queue}
    environment |= {"JWK": json.dumps(key)} if key else {}
    with written.open("wb") as out:
        process = subprocess.Popen([sys.executable, str(sample)], env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def events_in(written: Path) -> list[dict[str, object]]:
    lines = written.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def sequences(written: Path) -> list[int]:
    return [int(str(event["sequence"])) for event in events_in(written)]


@pytest.mark.parametrize("name", ["subscribe_pika.py", "subscribe_nameko.py"])
def test_a_sample_reads_the_queue_and_goes_on_after_it_was_emptied(
    name: str, broker: AgencyBroker, partners: Harness, tmp_path: Path
) -> None:
    agency, streams, written = Agency(partners, partners.staff("operator")), Streams(), tmp_path / "printed"
    streams.add(agency.id, 3)
    with (
        broker.asking(partners.database),
        broker.lane(partners.database, streams),
        running(SAMPLES / name, broker, agency, written),
    ):
        wait_until(lambda: sequences(written) == [1, 2, 3], "the first ones are read", 30)
        with partners.database.transaction() as session:
            opening.purge(session, agency.id)
        wait_until(lambda: agency.shown()["waiting"] is None, "it was emptied")
        streams.add(agency.id, 2)
        wait_until(lambda: sequences(written) == [1, 2, 3, 4, 5], "it reads on", 60)


@pytest.mark.parametrize("name", ["subscribe_pika.py", "subscribe_nameko.py"])
def test_a_sample_reads_encrypted_messages(name: str, broker: AgencyBroker, partners: Harness, tmp_path: Path) -> None:
    agency, streams, written = Agency(partners, partners.staff("operator")), Streams(), tmp_path / "printed"
    key = OKPKey.generate_key("X25519", {"kid": "2026-12"})
    agency.operator.told("POST", f"{agency.path}/broker-queue/encryption-key", key.as_dict(private=False))
    streams.add(agency.id, 3)
    with (
        broker.asking(partners.database),
        broker.lane(partners.database, streams),
        running(SAMPLES / name, broker, agency, written, key.as_dict(private=True)),
    ):
        wait_until(lambda: sequences(written) == [1, 2, 3], "they are read", 30)


@pytest.mark.parametrize("name", ["subscribe_pika.py", "subscribe_nameko.py"])
def test_a_sample_is_short(name: str) -> None:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.strip().startswith(('"""', "#"))]
    assert len(code) < LINES_AT_MOST


def test_cloudevents_reads_what_is_sent() -> None:
    document = Streams().document(Agency.EXAMPLE, 1)
    message = HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=document)
    assert from_structured_event(message).get_type() == "org.casepath.intake.referral.sent.v1"

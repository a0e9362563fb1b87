"""The samples that read an agency's queue run as an integrator runs them: over TLS, with an authority of our own."""

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from joserfc.jwk import OKPKey

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from services.partners.channels.broker_queue.actions import opening
from shared.exchange.broker import AGENCIES_VHOST
from shared.exchange.broker.agency_queues import AgencyMessage
from tests.kit import certificates
from tests.kit.agency_kit import KIT
from tests.kit.agency_queues import Agency, AgencyBroker, Streams, agency_broker
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
SAMPLES = CHECKOUT / "docs" / "guides" / "agencies"
#: With verified TLS, messages set aside, and decryption. The shortest has 26.
LINES_AT_MOST = 36
PYTHON = ["subscribe_pika.py", "subscribe_nameko.py", "subscribe_kombu.py"]
EVERY = [*PYTHON, "SubscribeQueue.java"]
#: The libraries that Debian's package librabbitmq-client-java installs.
JARS = [Path("/usr/share/java/amqp-client.jar"), Path("/usr/share/java/slf4j-api.jar")]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the certificate of an authority of our own, and that of a broker that it signed."""
    return certificates.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, authority: tuple[Path, Path]) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies"), authority[1]) as running:
        yield running


@cache
def compiled() -> str:
    """Return the class path of the sample in Java; skip the test if it cannot be compiled here."""
    if shutil.which("javac") is None or not JARS[0].exists():
        pytest.skip("javac and librabbitmq-client-java are not installed here: nothing of ours needs them")
    folder = tempfile.mkdtemp(prefix="casepath-queue-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    files = [str(KIT / "CasepathAgency.java"), str(SAMPLES / "SubscribeQueue.java")]
    subprocess.run(["javac", "-cp", str(JARS[0]), "-d", folder, *files], check=True)
    return ":".join([folder, *map(str, JARS)])


def command(name: str, trusted: Path) -> list[str]:
    """Return the command that runs a sample. Python's trust the authority in `SSL_CERT_FILE`, Java's a trust store."""
    if name.endswith(".py"):
        return [sys.executable, str(SAMPLES / name)]
    classes, store = compiled(), trusted.with_suffix(".p12")
    if not store.exists():
        importing = ["keytool", "-importcert", "-noprompt", "-alias", "casepath", "-file", str(trusted)]
        done = [*importing, "-keystore", str(store), "-storepass", "changeit"]
        subprocess.run(done, check=True, capture_output=True)
    trust = ["-Djavax.net.ssl.trustStore=" + str(store), "-Djavax.net.ssl.trustStorePassword=changeit"]
    return ["java", *trust, "-cp", classes, "SubscribeQueue"]


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(Agency.AGREED_AT)
        yield found


@dataclass(frozen=True)
class Sample:
    """A sample that reads an agency's queue over TLS, and the two files that it writes."""

    written: Path
    aside: Path


@contextmanager
def running(
    name: str, broker: AgencyBroker, agency: Agency, folder: Path, trusted: Path, keys: object = None
) -> Iterator[Sample]:
    """Run a sample for the duration of the block, with its output in a file."""
    uri = f"amqps://{agency.user}:{agency.key}@127.0.0.1:{broker.tls_port}/{AGENCIES_VHOST}"
    sample = Sample(folder / "printed", folder / "aside.jsonl")
    environment = {"PATH": os.environ["PATH"], "AMQP_URI": uri, "QUEUE": agency.queue, "ASIDE": str(sample.aside)}
    environment["SSL_CERT_FILE"] = str(trusted)
    environment |= {"JWKS": json.dumps(keys)} if keys else {}
    with sample.written.open("wb") as out:
        words = command(name, trusted)
        process = subprocess.Popen(words, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield sample
    finally:
        process.kill()
        process.wait()


def events_in(written: Path) -> list[dict[str, object]]:
    lines = written.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]


def sequences(written: Path) -> list[int]:
    return [int(str(event["sequence"])) for event in events_in(written)]


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_reads_the_queue_over_tls_and_goes_on_after_it_was_emptied(
    name: str, broker: AgencyBroker, authority: tuple[Path, Path], partners: Harness, tmp_path: Path
) -> None:
    agency, streams = Agency(partners, partners.staff("operator")), Streams()
    streams.add(agency.id, 3)
    with (
        broker.asking(partners.database),
        broker.lane(partners.database, streams),
        running(name, broker, agency, tmp_path, authority[0]) as sample,
    ):
        wait_until(lambda: sequences(sample.written) == [1, 2, 3], "the first ones are read", 30)
        with partners.database.transaction() as session:
            opening.purge(session, agency.id)
        wait_until(lambda: agency.shown()["waiting"] is None, "it was emptied")
        streams.add(agency.id, 2)
        wait_until(lambda: sequences(sample.written) == [1, 2, 3, 4, 5], "it reads on", 60)


@pytest.mark.parametrize("name", PYTHON)
def test_a_sample_reads_encrypted_messages(
    name: str, broker: AgencyBroker, authority: tuple[Path, Path], partners: Harness, tmp_path: Path
) -> None:
    agency, streams = Agency(partners, partners.staff("operator")), Streams()
    old, new = (OKPKey.generate_key("X25519", {"kid": kid}) for kid in ("2026-12", "2027-01"))
    with broker.asking(partners.database), broker.lane(partners.database, streams):
        _id, secret = agency.make_key(scopes=["administering"])
        own = Client(partners.door, token=secret, service=partners.service_class, registered=False)
        for key in (old, new):
            own.told("POST", f"{agency.path}/broker-queue/encryption-key", key.as_dict(private=False))
            streams.add(agency.id, 2)
            wait_until(lambda: agency.shown()["sequence"] == streams.heads[agency.id], "they are published")
        keys = [key.as_dict(private=True) for key in (old, new)]
        with running(name, broker, agency, tmp_path, authority[0], keys) as sample:
            wait_until(lambda: sequences(sample.written) == [1, 2, 3, 4], "they are read", 30)


def message(body: bytes) -> AgencyMessage:
    return AgencyMessage("an-id", "a type", body, "application/cloudevents+json", {})


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_sets_aside_what_it_cannot_process_and_reads_on(
    name: str, broker: AgencyBroker, authority: tuple[Path, Path], partners: Harness, tmp_path: Path
) -> None:
    agency, streams = Agency(partners, partners.staff("operator")), Streams()
    bodies = [streams.document(agency.id, 1), b"{not json", streams.document(agency.id, 2)]
    with broker.asking(partners.database), broker.queues() as queues:
        queues.declare(agency.queue)
        queues.send(agency.queue, map(message, bodies))
        queues.settle()
        with running(name, broker, agency, tmp_path, authority[0]) as sample:
            wait_until(lambda: sequences(sample.written) == [1, 2], "it reads on", 60)
        assert sample.aside.read_bytes() == b"{not json\n"


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_sends_its_key_to_no_broker_that_it_does_not_trust(
    name: str, broker: AgencyBroker, partners: Harness, tmp_path: Path
) -> None:
    agency, streams = Agency(partners, partners.staff("operator")), Streams()
    streams.add(agency.id, 1)
    other, _ = certificates.made(tmp_path)
    with (
        broker.asking(partners.database),
        broker.lane(partners.database, streams),
        running(name, broker, agency, tmp_path, other) as sample,
    ):
        wait_until(lambda: bool(re.search("ssl|Away", sample.written.read_text(), re.IGNORECASE)), "it says so", 30)
        assert events_in(sample.written) == []


@pytest.mark.parametrize("name", PYTHON)
def test_a_sample_is_short(name: str) -> None:
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if line.strip() and not line.strip().startswith(('"""', "#"))]
    assert len(code) < LINES_AT_MOST


def test_cloudevents_reads_what_is_sent() -> None:
    document = Streams().document(Agency.EXAMPLE, 1)
    message = HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=document)
    assert from_structured_event(message).get_type() == "org.casepath.intake.referral.sent.v1"

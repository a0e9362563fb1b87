"""The doctor's findings about the agencies' connection to the broker."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy.cli.doctor_agencies import agencies_broker
from deploy.cli.findings import FAIL, OK, WARN
from deploy.cli.installation import Installation
from shared.exchange.broker.agency_queues import is_address_of_agencies
from tests.kit import certificates
from tests.kit.agency_queues import AgencyBroker, agency_broker


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificates.made(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, certificate: tuple[Path, Path]) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies"), certificate[1]) as running:
        yield running


def stated(folder: Path, address: str, environment: str = "training") -> tuple[str, str]:
    variables = {"CASEPATH_AGENCIES_BROKER": address, "CASEPATH_ENVIRONMENT": environment}
    [finding] = agencies_broker(Installation(folder, folder / "home", {}, variables))
    return finding.state, finding.why


def test_open_to_nobody_is_well(tmp_path: Path) -> None:
    assert stated(tmp_path, "")[0] == OK


def test_a_plain_one_is_for_trying_out_on_this_machine(tmp_path: Path) -> None:
    state, why = stated(tmp_path, "amqp://127.0.0.1:8156/agencies")
    assert (state, bool(why)) == (WARN, True)
    state, why = stated(tmp_path, "amqp://127.0.0.1:8156/agencies", "production")
    assert (state, bool(why)) == (FAIL, True)
    assert stated(tmp_path, "amqp://broker.example.org:5672/agencies")[0] == FAIL


@pytest.mark.integration
def test_what_says_tls_and_is_plain_is_found(broker: AgencyBroker, tmp_path: Path) -> None:
    state, why = stated(tmp_path, f"amqps://127.0.0.1:{broker.server.port}/agencies")
    assert (state, bool(why)) == (FAIL, True)


@pytest.mark.integration
def test_a_certificate_that_agencies_would_refuse_is_found(broker: AgencyBroker, tmp_path: Path) -> None:
    state, why = stated(tmp_path, f"amqps://127.0.0.1:{broker.tls_port}/agencies")
    assert (state, bool(why)) == (FAIL, True)


@pytest.mark.integration
def test_a_certificate_that_ends_soon_is_found(
    broker: AgencyBroker, tmp_path: Path, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert stated(tmp_path, f"amqps://127.0.0.1:{broker.tls_port}/agencies")[0] == WARN


@pytest.mark.integration
def test_the_listener_speaks_tls(broker: AgencyBroker, certificate: tuple[Path, Path]) -> None:
    context = {"ca_certs": str(certificate[0]), "server_hostname": "127.0.0.1", "cert_reqs": ssl.CERT_REQUIRED}
    connection = amqp.Connection(f"127.0.0.1:{broker.tls_port}", "nobody", "nothing", ssl=context, read_timeout=10)
    with pytest.raises(amqp.AccessRefused):
        connection.connect()


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("amqps://broker.example.org:5671/agencies", True),
        ("amqps://broker.example.org/agencies", True),
        ("amqp://127.0.0.1:8156/agencies", True),
        ("amqp://localhost:8156/agencies", True),
        ("amqp://broker.example.org:5672/agencies", False),
        ("amqp://10.0.0.7:5672/agencies", False),
        ("amqps://user:secret@broker.example.org/agencies", False),
        ("https://broker.example.org/agencies", False),
        ("amqps://broker.example.org:port/agencies", False),
        ("broker.example.org", False),
    ],
)
def test_agencies_are_sent_to_tls_or_this_machine(address: str, is_one: bool) -> None:
    assert is_address_of_agencies(address) is is_one

"""The installation's own accounts at the agencies' listener, which is reachable from outside."""

import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import amqp
import pytest

from deploy.cli import servers
from deploy.cli.installation import SERVICES
from deploy.cli.servers.rabbitmq_users import OPERATOR, VHOST
from shared.exchange.broker import AGENCIES_VHOST
from tests.kit import certificates
from tests.kit.agency_queues import Agency, AgencyBroker, agency_broker
from tests.kit.harness import Harness, harness

pytestmark = pytest.mark.integration
ACCOUNTS = (OPERATOR, *SERVICES)


@pytest.fixture(scope="module")
def host() -> str:
    """Return an address of this machine that is not loopback; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return str(probe.getsockname()[0])


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory, host: str) -> Iterator[AgencyBroker]:
    certificate = certificates.made(tmp_path_factory.mktemp("certificate"))[1]
    with agency_broker(tmp_path_factory.mktemp("agencies"), certificate, host=host) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(Agency.AGREED_AT)
        yield found


def password_of(broker: AgencyBroker, account: str) -> str:
    uri = broker.server.amqp_uri if account == OPERATOR else broker.server.service_uri(account)
    return uri.partition("://")[2].partition("@")[0].partition(":")[2]


def sign_in(address: str, account: str, password: str, vhost: str, *, with_tls: bool = True) -> amqp.Connection:
    context = {"cert_reqs": ssl.CERT_NONE} if with_tls else None
    connection = amqp.Connection(
        address, account, password, virtual_host=vhost, ssl=context, connect_timeout=10, read_timeout=30
    )
    connection.connect()
    return connection


@pytest.mark.promise("BROKER-13")
@pytest.mark.hazard("H-AGENCY-24", control="accounts-on-loopback")
@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_own_account_is_refused_outside_with_its_password(broker: AgencyBroker, host: str, account: str) -> None:
    password, inside = password_of(broker, account), f"127.0.0.1:{broker.server.port}"
    with pytest.raises(amqp.AccessRefused):
        sign_in(f"{host}:{broker.tls_port}", account, password, VHOST)
    sign_in(inside, account, password, VHOST, with_tls=False).close()


@pytest.mark.promise("BROKER-13")
def test_fifty_wrong_sign_ins_outside_disturb_neither_services_nor_agencies(
    broker: AgencyBroker, host: str, partners: Harness
) -> None:
    outside, inside = f"{host}:{broker.tls_port}", f"127.0.0.1:{broker.server.port}"
    agency = Agency(partners, partners.staff("operator"))

    def is_refused(number: int) -> bool:
        try:
            sign_in(outside, ACCOUNTS[number % len(ACCOUNTS)], "wrong", VHOST).close()
        except amqp.AccessRefused:
            return True
        return False

    service = sign_in(inside, "intake", password_of(broker, "intake"), VHOST, with_tls=False)
    with broker.asking(partners.database), ThreadPoolExecutor(10) as attackers:
        attempts = [attackers.submit(is_refused, number) for number in range(50)]
        sign_in(outside, agency.user, agency.key, AGENCIES_VHOST).close()
        sign_in(inside, "legal", password_of(broker, "legal"), VHOST, with_tls=False).close()
        assert all(attempt.result() for attempt in attempts)
        service.channel().close()
        service.close()

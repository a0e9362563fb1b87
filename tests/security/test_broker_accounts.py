"""An attacker with the broker account of one service tries operations that the service never needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import amqp
import pytest

from deploy.cli.installation import CHECKOUT, SERVICES
from deploy.cli.servers import RabbitServer
from deploy.cli.servers.rabbitmq_users import OPERATOR, VHOST
from tests.kit.private_servers import own_address
from tests.kit.signed_in import signed_in
from tests.security.town import Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
PAGE = CHECKOUT / "docs" / "guides" / "operate" / "broker-accounts.md"
Attempt = Callable[[amqp.Channel], object]


@pytest.fixture
def stolen(town: Town) -> Iterator[amqp.Connection]:
    """Open a connection with legal's account while the services run."""
    connection = signed_in(own_address(town.site.amqp_uri, "legal"))
    yield connection
    connection.close()


def publish(exchange: str, topic: str) -> Attempt:
    def attempt(channel: amqp.Channel) -> None:
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(b"{}"), exchange=exchange, routing_key=topic)

    return attempt


ATTEMPTS: dict[str, Attempt] = {
    "publish as another service": publish("intake.events", "team.member_added.v1"),
    "publish into another's queue": publish("", "intake.inbox"),
    "publish by an exchange of the broker's own": publish("amq.topic", "team.member_added.v1"),
    "declare another's exchange": lambda channel: channel.exchange_declare("intake.events", "topic", durable=True),
    "declare what is nobody's": lambda channel: channel.queue_declare("tap", durable=True),
    "declare a queue that the broker names": lambda channel: channel.queue_declare("", exclusive=True),
    "route its own events into another's exchange": lambda channel: channel.exchange_bind(
        "intake.events", "legal.events", routing_key="#"
    ),
    "delete another's exchange": lambda channel: channel.exchange_delete("intake.events"),
    "bind another's queue": lambda channel: channel.queue_bind("support.inbox", "legal.events", routing_key="#"),
    "unbind another's queue": lambda channel: channel.queue_unbind("support.inbox", "intake.events", routing_key="#"),
    "consume from another's queue": lambda channel: channel.basic_consume("support.inbox"),
    "take from another's queue": lambda channel: channel.basic_get("support.inbox"),
    "purge another's queue": lambda channel: channel.queue_purge("support.inbox"),
    "delete another's queue": lambda channel: channel.queue_delete("support.inbox"),
    "delete another's guard": lambda channel: channel.queue_delete("support.guard"),
}


@pytest.mark.promise("SEC-68", "REL-29", "BROKER-2")
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_a_stolen_account_of_one_service_is_refused_what_is_not_its_own(
    stolen: amqp.Connection, attempt: Attempt
) -> None:
    with pytest.raises(amqp.AccessRefused):
        attempt(stolen.channel())


@pytest.mark.promise("SEC-69", "REL-29")
def test_it_enters_no_other_virtual_host(town: Town) -> None:
    town.rabbitmq.ctl("add_vhost", "elsewhere")
    with pytest.raises(amqp.NotAllowed, match="legal"):
        signed_in(town.rabbitmq.service_uri("legal", "elsewhere"))


@pytest.mark.promise("REL-25", "BROKER-3")
def test_the_services_work_with_these_accounts_alone(town: Town) -> None:
    names = {line.split("\t")[0] for line in rows(town.rabbitmq, "list_connections", "user", "vhost") if "town" in line}
    assert names == set(SERVICES)


@pytest.mark.promise("SEC-70", "BROKER-1")
def test_each_account_may_what_the_page_says_and_nothing_else(town: Town) -> None:
    promised = accounts_of(PAGE)
    assert {name: row[:3] for name, row in promised.items()} == {
        name: (configure, write, read)
        for name, configure, write, read in (
            line.split("\t") for line in rows(town.rabbitmq, "list_permissions", "-p", VHOST)
        )
    }
    tags = dict(line.split("\t") for line in rows(town.rabbitmq, "list_users"))
    assert {name: row[3] for name, row in promised.items()} == {
        name: found.strip("[]") or "none" for name, found in tags.items()
    }
    assert set(promised) == {OPERATOR, *SERVICES}


@pytest.mark.promise("BROKER-6")
def test_only_partners_and_the_operator_enter_the_agencies_virtual_host(town: Town) -> None:
    lines = {line.partition("\t")[0]: line for line in rows(town.rabbitmq, "list_permissions", "-p", "agencies")}
    assert lines == {
        OPERATOR: f"{OPERATOR}\t.*\t.*\t.*",
        "partners": "partners\t^agency\\.\t^amq\\.default$\t^$",
    }


def rows(broker: RabbitServer, *command: str) -> list[str]:
    return broker.ctl(*command, "--no-table-headers").splitlines()


def accounts_of(page: Path) -> dict[str, tuple[str, ...]]:
    """Read the page's table: account, configure, write, read, tag."""
    cells = [line.strip("| ").split(" | ") for line in page.read_text(encoding="utf-8").splitlines()]
    found = [[cell.strip("` ").replace("\\|", "|") for cell in row] for row in cells if len(row) == 5]
    return {row[0]: tuple(row[1:]) for row in found if row[0] in (OPERATOR, *SERVICES)}

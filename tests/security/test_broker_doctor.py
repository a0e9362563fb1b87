"""`./casepath doctor` checks the broker with each service's account, and the health check tests that it responds."""

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from deploy.cli import broker_rights, doctor_broker
from deploy.cli.broker_listing import listed_by
from deploy.cli.broker_rights import Look, look
from deploy.cli.errors import CommandRefused
from deploy.cli.findings import FAIL, OK, UNKNOWN, WARN, Finding
from deploy.cli.installation import CHECKOUT, SERVICES, here
from deploy.cli.servers import RabbitServer, free_ports
from tests.kit.private_servers import own_address
from tests.kit.resetting import resetting
from tests.security.town import Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
HEALTH_CHECK = CHECKOUT / "deploy" / "rabbitmq" / "answers.sh"


def findings(addresses: dict[str, str], folder: Path) -> list[Finding]:
    """Return the doctor's findings for the brokers that the environment names."""
    given = {f"CASEPATH_{service.upper()}_AMQP_URI": address for service, address in addresses.items()}
    return doctor_broker.broker(replace(here({**given, "CASEPATH_HOME": str(folder)}), checkout=folder))


def own_addresses(town: Town) -> dict[str, str]:
    return {service: own_address(town.site.amqp_uri, service) for service in SERVICES}


def test_the_doctor_is_content_with_the_accounts_of_an_installation(town: Town, tmp_path: Path) -> None:
    before = definitions(town)
    found = findings(own_addresses(town), tmp_path)
    assert [(finding.state, finding.fix) for finding in found] == [(OK, "")], found
    assert definitions(town) == before, "asking changes nothing"


@pytest.mark.promise("SEC-71", "BROKER-4")
def test_the_doctor_names_an_account_that_may_more_than_it_needs(town: Town, tmp_path: Path) -> None:
    before = definitions(town)
    found = findings({**own_addresses(town), "legal": str(town.site.amqp_uri)}, tmp_path)
    assert [finding.state for finding in found] == [WARN]
    assert re.search(r"\bcasepath\b.*\blegal\b", found[0].why)
    for name in ("configure intake.events", "write intake.events", "amq.default", "read intake.inbox"):
        assert name in found[0].why
    assert "set_permissions" in found[0].fix
    assert definitions(town) == before, "asking changes nothing, whoever asks"


def definitions(town: Town) -> dict[str, set[str]]:
    """Return all queues, exchanges, bindings, permissions and users of the broker."""
    exported = json.loads(town.rabbitmq.ctl("export_definitions", "-"))
    kinds = ("queues", "exchanges", "bindings", "permissions", "users")
    return {kind: {json.dumps(one, sort_keys=True) for one in exported[kind]} for kind in kinds}


@pytest.fixture
def account_with_one_right_too_many(town: Town) -> Iterator[str]:
    """Create support's account with the extra permission to read legal's queue."""
    vhost = urlsplit(town.site.amqp_uri).path[1:]
    own = r"^support\."
    more = r"^(support\.|(intake|legal)\.events$|legal\.inbox$)"
    town.rabbitmq.ctl("add_user", "one-too-many", "a-made-up-password")
    town.rabbitmq.ctl("set_permissions", "-p", vhost, "one-too-many", own, own, more)
    yield f"amqp://one-too-many:a-made-up-password@127.0.0.1:{town.rabbitmq.port}/{vhost}"
    town.rabbitmq.ctl("delete_user", "one-too-many")


@pytest.mark.promise("SEC-71")
def test_one_right_too_many_is_named(account_with_one_right_too_many: str) -> None:
    assert look("support", account_with_one_right_too_many).excess == {"read": ["legal.inbox"]}


def test_what_the_broker_lists_agrees_with_what_it_answers(town: Town, account_with_one_right_too_many: str) -> None:
    vhost = urlsplit(town.site.amqp_uri).path[1:]
    listing = listed_by(town.rabbitmq.ctl, vhost)
    addresses = {**own_addresses(town), "support": account_with_one_right_too_many, "legal": str(town.site.amqp_uri)}
    for service, address in addresses.items():
        asked = look(service, address)
        listed = listing.complete(look(service, address, asks_rights=False))
        assert {right: set(names) for right, names in listed.excess.items()} == {
            right: set(names) for right, names in asked.excess.items()
        }, service
        assert listed.takes_large is asked.takes_large is False
    assert listing.tags[urlsplit(town.site.amqp_uri).username or ""]


def test_a_broker_that_lists_its_accounts_is_asked_nothing_that_it_refuses(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused operation would appear as an error in the broker's log, like an attack with a stolen account."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the broker was asked")

    monkeypatch.setattr(broker_rights, "_Asked", refuse)
    looks = [look(service, address, asks_rights=False) for service, address in own_addresses(town).items()]
    assert [one.trouble for one in looks] == ["" for _ in SERVICES]


def test_a_broker_that_lists_nothing_is_unknown() -> None:
    def refuse(*_arguments: str) -> str:
        raise CommandRefused("No.")

    [one] = doctor_broker._listed([Look("legal", "legal")], refuse)
    assert [finding.state for finding in doctor_broker.findings([one])] == [UNKNOWN]


@pytest.mark.promise("SEC-71")
def test_a_tag_is_named() -> None:
    [found] = doctor_broker.findings([Look("legal", "legal", tags=["monitoring"])])
    assert (found.state, "monitoring" in found.why) == (WARN, True)


@pytest.mark.promise("SEC-73")
def test_a_broker_that_takes_what_is_larger_than_any_event_is_named(town: Town, tmp_path: Path) -> None:
    set_limit(town.rabbitmq, 1_000_000)
    try:
        found = findings(own_addresses(town), tmp_path)
    finally:
        set_limit(town.rabbitmq, 131_072)
    assert [finding.state for finding in found] == [WARN]
    assert "max_message_size = 131072" in found[0].fix


def set_limit(broker: RabbitServer, size: int) -> None:
    """Set the limit of a running node. Each channel reads it when it is opened."""
    variable = f"max_message_size, {size}"
    broker.ctl("eval", f"application:set_env(rabbit, {variable}), persistent_term:put({variable}).")


@pytest.mark.promise("SEC-74", "BROKER-5")
def test_a_broker_that_resets_every_connection_is_found(town: Town, tmp_path: Path) -> None:
    with resetting() as port:
        found = findings(dict.fromkeys(SERVICES, f"amqp://a:b@127.0.0.1:{port}/casepath"), tmp_path)
        assert {finding.state for finding in found} == {FAIL}
        assert health_check(port) != 0
        assert not _node_at(town, port)._answers()
    assert health_check(town.rabbitmq.port) == 0
    assert town.rabbitmq._answers()
    assert health_check(free_ports(1)[0]) != 0


def health_check(port: int) -> int:
    """Return the exit code of docker-compose.yml's health check at a local port."""
    return subprocess.run(["bash", HEALTH_CHECK, "127.0.0.1", str(port)], capture_output=True, check=False).returncode


def _node_at(town: Town, port: int) -> RabbitServer:
    """Return the node's record with another port. `up` and the tests use it to wait for the node."""
    node = RabbitServer(town.rabbitmq.directory.parent, port, distribution_port=1, epmd_port=1)
    assert node.directory == town.rabbitmq.directory
    return node

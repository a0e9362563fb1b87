"""A permanent obstacle ends the start of a service at once, with one line: the problem, the reason and the remedy.

A problem that appears later, while the service runs, does not end it. The service continues with the feeds, and reports
the problem.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import amqp
import kombu.connection
import psycopg
import pytest

from deploy.cli import servers
from deploy.cli.api import ApiProblem
from deploy.cli.installation import CHECKOUT
from deploy.cli.keys import make_keys
from deploy.cli.stores import key_database, own_broker
from tests.kit.private_servers import VirtualHost
from tests.kit.serving import Site, opened
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

#: The maximum time until a start fails with a reason, on a busy machine. A hang would take many times longer.
START_SECONDS = 60
CLASSIC = {"x-queue-type": "classic"}


@pytest.fixture
def site(tmp_path: Path, postgres: servers.PostgresServer, vhost: str) -> Iterator[Site]:
    with opened(tmp_path, postgres, vhost, f"start{uuid4().hex[:8]}") as found:
        yield found


def refusal(site: Site, **different: str) -> str:
    """Start legal, wait until it exits, and return the one line that it prints for the operator."""
    process = site.start("legal", **different)
    assert process.wait(START_SECONDS) == 1
    said, logged = site.said("legal", stream="stderr"), site.said("legal")
    assert said.count("\n") == 1, said
    secrets = {urlsplit(each).password for each in (site.amqp_uri, site.database_url("legal"), *different.values())}
    assert [each for each in secrets if each and each in said + logged] == []
    return said


def with_password(uri: str, password: str) -> str:
    known = urlsplit(uri).password
    assert known
    return uri.replace(known, password)


@pytest.mark.promise("REL-26")
def test_a_refused_login_and_a_missing_virtual_host_at_the_broker_are_told_apart(site: Site) -> None:
    login = refusal(site, CASEPATH_LEGAL_AMQP_URI=with_password(site.amqp_uri, "quite-another-password"))
    host = refusal(site, CASEPATH_LEGAL_AMQP_URI=f"{site.amqp_uri}-nowhere")
    for said in (login, host):
        assert said.startswith("legal ")
        assert "CASEPATH_LEGAL_AMQP_URI" in said
    assert login != host


@pytest.mark.promise("REL-26")
@pytest.mark.parametrize("queue", ["legal.inbox", "legal.guard"])
def test_a_queue_of_another_type(site: Site, queue: str) -> None:
    with kombu.connection.Connection(site.amqp_uri) as connection:
        connection.channel().queue_declare(queue, durable=True, auto_delete=False, arguments=CLASSIC)
    said = refusal(site)
    assert said.startswith("legal ")
    assert queue in said


def test_an_exchange_of_another_type(site: Site) -> None:
    with kombu.connection.Connection(site.amqp_uri) as connection:
        channel = connection.channel()
        channel.exchange_delete("legal.events")
        channel.exchange_declare("legal.events", "fanout", durable=True, auto_delete=False)
    assert "legal.events" in refusal(site)


def test_a_user_who_may_declare_nothing(site: Site, rabbitmq: servers.RabbitServer) -> None:
    name, vhost = f"u{uuid4().hex[:8]}", urlsplit(site.amqp_uri).path.removeprefix("/")
    rabbitmq.ctl("add_user", name, "a-made-up-password")
    rabbitmq.ctl("set_permissions", "-p", vhost, name, "", ".*", ".*")
    uri = f"amqp://{name}:a-made-up-password@127.0.0.1:{rabbitmq.port}/{vhost}"
    said = refusal(site, CASEPATH_LEGAL_AMQP_URI=uri)
    assert "legal.events" in said
    assert "docs/guides/operate/broker-accounts.md" in said


def test_a_user_who_may_not_read_what_its_service_follows(site: Site, rabbitmq: servers.RabbitServer) -> None:
    name, vhost = f"u{uuid4().hex[:8]}", urlsplit(site.amqp_uri).path.removeprefix("/")
    rabbitmq.ctl("add_user", name, "a-made-up-password")
    rabbitmq.ctl("set_permissions", "-p", vhost, name, *[r"^legal\."] * 3)
    uri = f"amqp://{name}:a-made-up-password@127.0.0.1:{rabbitmq.port}/{vhost}"
    said = refusal(site, CASEPATH_LEGAL_AMQP_URI=uri)
    assert "intake.events" in said
    assert "docs/guides/operate/broker-accounts.md" in said


@pytest.fixture
def site_at_an_empty_broker(
    tmp_path: Path, postgres: servers.PostgresServer, rabbitmq: servers.RabbitServer
) -> Iterator[Site]:
    name = f"start{uuid4().hex[:8]}"
    rabbitmq.add_vhost(name)
    with opened(tmp_path, postgres, VirtualHost.at(rabbitmq, name), name) as found:
        yield found


@pytest.mark.promise("REL-25")
def test_services_find_each_other_at_the_broker_in_any_order(site_at_an_empty_broker: Site) -> None:
    """Only the source declares its exchange. A follower that starts first retries without a log message."""
    site = site_at_an_empty_broker
    site.start("legal")
    site.wait_ready("legal")
    site.start("intake")
    site.wait_ready("intake")
    wait_until(lambda: _is_brought(site), "the broker, and not the feed, brings what intake publishes")
    assert (site.stop("legal"), site.stop("intake")) == (0, 0)
    assert "broker_away" not in site.said("legal")


def _is_brought(site: Site) -> bool:
    _tell_legal_of_a_case(site)
    return site.metric("legal", 'casepath_events_received_total{source="intake"}') > 0


def test_a_refused_password_a_missing_database_and_an_absent_server_differ(site: Site) -> None:
    url = site.database_url("legal")
    [nobody] = servers.free_ports(1)
    wrong = (
        with_password(url, "quite-another-password"),
        f"{url}_nowhere",
        re.sub(r":\d+/", f":{nobody}/", url),
    )
    lines = [refusal(site, CASEPATH_LEGAL_DATABASE_URL=each) for each in wrong]
    for said in lines:
        assert said.startswith("legal ")
        assert "CASEPATH_LEGAL_DATABASE_URL" in said
        assert "OperationalError" in said
    assert len(set(lines)) == len(wrong)


def test_pending_migrations(site: Site) -> None:
    fresh = f"{site.name}_fresh"
    site.postgres.create_database(fresh)
    said = refusal(site, CASEPATH_LEGAL_DATABASE_URL=site.postgres.database_url(fresh))
    assert "./casepath migrate" in said


def test_a_ring_and_a_key_database_that_can_not_be_used(site: Site) -> None:
    said = refusal(site, CASEPATH_LEGAL_KEY_RING='{"current": "a"}', CASEPATH_LEGAL_KEY_RING_FILE="")
    assert "KeyError" in said
    assert "CASEPATH_LEGAL_KEY_RING" in said
    assert "docs/guides/operate/keys.md" in said, "it says how the file is put back from a copy"
    assert "./casepath init" not in said, "a fresh one would open nothing"
    fresh = f"{site.name}_fresh_keys"
    site.postgres.create_database(fresh)
    said = refusal(site, CASEPATH_LEGAL_KEYS_DATABASE_URL=site.postgres.database_url(fresh))
    assert "./casepath migrate" in said
    missing = f"{site.database_url(key_database('legal'))}_nowhere"
    said = refusal(site, CASEPATH_LEGAL_KEYS_DATABASE_URL=missing)
    assert "CASEPATH_LEGAL_KEYS_DATABASE_URL" in said
    assert "OperationalError" in said


@pytest.mark.promise("SEC-42", "ROLE-7")
def test_a_role_that_may_more_than_run_does_not_start_in_production(site: Site) -> None:
    make_keys(site.installation.keys, "production")
    site.migrate("legal")
    said = refusal(site, CASEPATH_ENVIRONMENT="production", CASEPATH_LEGAL_DATABASE_URL=site.owner_url("legal"))
    assert "CASEPATH_LEGAL_DATABASE_URL" in said
    assert "docs/guides/operate/database-roles.md" in said
    keys = site.owner_url(key_database("legal"))
    said = refusal(site, CASEPATH_ENVIRONMENT="production", CASEPATH_LEGAL_KEYS_DATABASE_URL=keys)
    assert "CASEPATH_LEGAL_KEYS_DATABASE_URL" in said
    assert "docs/guides/operate/database-roles.md" in said


def test_in_training_a_role_that_may_more_than_run_is_told_of(site: Site) -> None:
    site.start("legal", CASEPATH_LEGAL_DATABASE_URL=site.owner_url("legal"))
    site.wait_ready("legal")
    lines = [json.loads(line) for line in site.said("legal").splitlines()]
    [told] = [line for line in lines if line["event"] == "database.role_may_more"]
    assert told["level"] == "warning"
    assert "CASEPATH_LEGAL_DATABASE_URL" in told["reason"]


def test_a_role_that_lacks_a_right(site: Site) -> None:
    site.migrate("legal")
    with psycopg.connect(site.owner_url("legal"), autocommit=True) as owner:
        owner.execute(f'revoke insert on audit_chain from "{site.database_name("legal")}"'.encode())
    said = refusal(site)
    for named in (
        "CASEPATH_LEGAL_DATABASE_URL",
        "audit_chain",
        "./casepath migrate",
        "docs/guides/operate/database-roles.md",
    ):
        assert named in said


@pytest.mark.parametrize("uri", ["a-word", "amqp://casepath:a-made-up#password@a-host:5672/x"])
def test_an_address_of_the_broker_that_is_none(site: Site, uri: str) -> None:
    said = refusal(site, CASEPATH_LEGAL_AMQP_URI=uri)
    assert "CASEPATH_LEGAL_AMQP_URI" in said
    assert "amqp://user:password@host:port/vhost" in said, "it shows the form"
    assert "made-up" not in said


def test_keys_that_are_none(site: Site) -> None:
    said = refusal(site, CASEPATH_LEGAL_SIGNING_KEY='{"kty": "oct", "k": "eHk"}', CASEPATH_LEGAL_SIGNING_KEY_FILE="")
    assert "CASEPATH_LEGAL_SIGNING_KEY" in said
    said = refusal(site, CASEPATH_KEY_SET="a-word", CASEPATH_KEY_SET_FILE="")
    assert "CASEPATH_KEY_SET" in said


def test_a_broker_that_is_away_keeps_no_service_from_its_start(site: Site) -> None:
    [nobody] = servers.free_ports(1)
    site.start("legal", CASEPATH_LEGAL_AMQP_URI=f"amqp://casepath:a-made-up-password@127.0.0.1:{nobody}/casepath")
    wait_until(lambda: site.checks("legal").get("broker") == "away", "it is ready without", 60)
    assert site.metric("legal", 'casepath_broker_connected{part="follower"}') == 0
    assert site.stop("legal") == 0


def _turn_classic(uri: str, queue: str) -> bool:
    """Replace the queue by one of another type. Return False if the service was faster with its own."""
    with kombu.connection.Connection(uri) as connection:
        channel = connection.channel()
        channel.queue_delete(queue)
        try:
            channel.queue_declare(queue, durable=True, auto_delete=False, arguments=CLASSIC)
        except amqp.PreconditionFailed:
            return False
    return True


def test_a_queue_that_changes_its_type_is_reported_and_feeds_continue(site: Site) -> None:
    site.start("intake")
    site.start("legal")
    site.wait_ready("intake", "legal")
    wait_until(lambda: _turn_classic(site.amqp_uri, "legal.inbox"), "somebody was quicker than the service")
    wait_until(lambda: site.checks("legal").get("broker", "").startswith("refused: legal.inbox is there"), "it tells")
    assert site.metric("legal", 'casepath_broker_refused{part="follower"}') == 1
    assert site.metric("legal", 'casepath_broker_connected{part="follower"}') == 0
    _tell_legal_of_a_case(site)
    with kombu.connection.Connection(site.amqp_uri) as connection:
        connection.channel().queue_delete("legal.inbox")
    site.wait_ready("legal")
    assert site.metric("legal", 'casepath_broker_refused{part="follower"}') == 0
    assert (site.stop("legal"), site.stop("intake")) == (0, 0)


def test_a_password_that_changes_while_the_services_run_is_told_and_the_feeds_go_on(
    site: Site, rabbitmq: servers.RabbitServer
) -> None:
    name, vhost = f"u{uuid4().hex[:8]}", urlsplit(site.amqp_uri).path.removeprefix("/")
    rabbitmq.ctl("add_user", name, "a-made-up-password")
    rabbitmq.ctl("set_permissions", "-p", vhost, name, ".*", ".*", ".*")
    uri = f"amqp://{name}:a-made-up-password@127.0.0.1:{rabbitmq.port}/{vhost}"
    for service in ("intake", "legal"):
        site.start(service, **{own_broker(service): uri})
    site.wait_ready("intake", "legal")
    rabbitmq.ctl("change_password", name, "another-password")
    rabbitmq.ctl("close_all_user_connections", name, "the password was changed")
    refused = "refused: the user or the password is wrong"
    wait_until(lambda: site.checks("legal").get("broker") == refused, "legal tells")
    wait_until(lambda: site.checks("intake").get("broker") == refused, "intake tells")
    _tell_legal_of_a_case(site)
    assert "a-made-up-password" not in site.said("legal") + site.said("legal", stream="stderr")
    rabbitmq.ctl("change_password", name, "a-made-up-password")
    site.wait_ready("intake", "legal")
    assert (site.stop("legal"), site.stop("intake")) == (0, 0)


def _tell_legal_of_a_case(site: Site) -> None:
    opening = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    member = {"member": str(uuid4()), "role": "legal_adviser"}
    worker, adviser = site.api("caseworker"), site.api("legal_adviser", subject=member["member"])
    case = str(worker.post("intake", "/v1/cases", opening).json()["id"])
    worker.post("intake", f"/v1/cases/{case}/team", member)

    def heard() -> bool:
        try:
            return bool(adviser.get("legal", f"/v1/cases/{case}").ok)
        except ApiProblem:
            return False

    wait_until(heard, "legal hears of the case")


#: The runner sends the signal as soon as the service has started to serve, which is the earliest possible time.
ASKED_AT_ONCE = """
from shared.runtime import host
host.prepare()
import os, signal, sys
from nameko.runners import ServiceRunner
start = ServiceRunner.start
def start_and_be_asked(self):
    start(self)
    os.kill(os.getpid(), signal.SIGTERM)
ServiceRunner.start = start_and_be_asked
from services.__main__ import main
sys.exit(main(["legal"]))
"""


def test_who_is_asked_to_stop_in_the_moment_in_which_it_serves_ends_well(site: Site) -> None:
    site.migrate("legal")
    told = {**site.environment("legal"), "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", ASKED_AT_ONCE],
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=START_SECONDS,
    )
    assert (done.returncode, "service.stopped" in done.stdout) == (0, True), done.stderr

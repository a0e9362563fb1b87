"""Only the relay is blocked: by a broker that accepts no messages, or by its own lost connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
import yaml
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from deploy.cli.installation import CHECKOUT, SERVICES
from deploy.cli.keys import key_file
from tests.faults.field import Field
from tests.faults.field_checks import Waiting
from tests.faults.proxy import Proxy
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
#: Longer than a leader may be silent: a relay that hangs would have lost its lease by then.
ALARM_SECONDS = 15


@contextmanager
def memory_alarm(field: Field) -> Iterator[None]:
    """Let the broker stop reading from publishers."""
    field.broker.ctl("set_vm_memory_high_watermark", "0.0000001")
    try:
        yield
    finally:
        field.broker.ctl("set_vm_memory_high_watermark", "absolute", "512MiB")


@pytest.mark.promise("REL-3")
def test_a_memory_alarm(field: Field, record_property: Note) -> None:
    field.settle()
    with memory_alarm(field):
        with field.under_writes() as written:
            wait_until(
                lambda: field.metric("intake", "casepath_unpublished_age_seconds") > ALARM_SECONDS,
                "the gauge tells that nothing is published",
                ALARM_SECONDS + 30,
            )
        assert all(each.answered for each in written)
        field.settle(but=Waiting.FOR_THE_BROKER)
        wait_until(lambda: field.health("intake")["relay"] == "leads", "somebody leads")
    field.check(record_property)


@contextmanager
def disk_alarm(field: Field) -> Iterator[None]:
    """Let the broker find less free disk space than its limit.

    The broker knows a full disk only by comparing the two values. The alarm and its consequences are therefore the same
    if the free space falls below the limit, or if the limit is raised above the free space. A disk without any space
    does more damage, for the broker could not write its own log; the limit prevents that.
    """
    field.broker.ctl("set_disk_free_limit", "900000GB")
    try:
        yield
    finally:
        field.broker.ctl("set_disk_free_limit", "100MB")


def figures(field: Field, name: str) -> list[float]:
    """Return the values of one of the broker's metrics, exposed as in docker-compose.yml."""
    text = requests.get(f"http://127.0.0.1:{field.broker_figures}/metrics", timeout=30).text
    return [float(line.split()[-1]) for line in text.splitlines() if line.split("{")[0].split(" ")[0] == name]


def expression(alarm: str) -> str:
    """Return the expression of a shipped alarm."""
    rules = yaml.safe_load((CHECKOUT / "deploy" / "monitoring" / "rules" / "alarms.yml").read_text(encoding="utf-8"))
    [found] = [rule for group in rules["groups"] for rule in group["rules"] if rule.get("alert") == alarm]
    return str(found["expr"])


def status(field: Field) -> Result:
    """Return the output and the exit code of `./casepath status` for the field."""
    ours = field.targets()
    key = key_file(field.folder / "keys", "operator")
    urls = {f"CASEPATH_{name.upper()}_URL": ours.urls[name] for name in SERVICES}
    return CliRunner().invoke(casepath, ["status"], env={**urls, "CASEPATH_OPERATOR_SIGNING_KEY_FILE": str(key)})


@pytest.mark.promise("REL-3", "MONITOR-3")
def test_a_full_disk_of_the_broker(field: Field, record_property: Note) -> None:
    name = "rabbitmq_alarms_free_disk_space_watermark"
    assert expression("CasepathBrokerDiskAlarm") == f"max({name}) > 0"
    field.settle()
    wait_until(lambda: figures(field, name) == [0.0], "the expression of the alarm is false")
    with disk_alarm(field):
        wait_until(lambda: figures(field, name) == [1.0], "the expression of the alarm is true")
        with field.under_writes() as written:
            wait_until(lambda: field.health("intake")["broker"] == "blocked", "its readiness reports the block", 30)
        assert all(each.answered for each in written), "every request is stored during the block"
        wait_until(lambda: field.metric("intake", "casepath_broker_blocked") == 1, "its metric reports the block")
        ready = requests.get(f"{field.targets().urls['intake']}/health/ready", timeout=30)
        assert ready.status_code == requests.codes.ok, "requests are served"
        said = status(field)
        assert said.exit_code == 1
        assert "intake: " in " ".join(said.output.split())
        field.settle(but=Waiting.FOR_THE_BROKER)
        wait_until(
            lambda: field.metric("intake", "casepath_unpublished_events") > 0,
            "its metric counts the events",
        )
    field.check(record_property)
    wait_until(lambda: field.health("intake")["broker"] == "ok", "its readiness is ok again")
    wait_until(lambda: field.metric("intake", "casepath_broker_blocked") == 0, "its metric is 0 again")
    wait_until(lambda: figures(field, name) == [0.0], "the expression of the alarm is false")
    wait_until(lambda: status(field).exit_code == 0, "status reports no fault")


def test_a_leader_that_alone_is_cut_off_from_the_broker(field: Field, record_property: Note) -> None:
    """The other replica has a connection and must become the leader."""
    field.stop("intake")
    with Proxy(field.broker.port) as own:
        field.start("intake", CASEPATH_INTAKE_AMQP_URI=field.amqp_uri("intake", own))
        wait_until(lambda: field.health("intake")["relay"] == "leads", "the first replica leads")
        field.start("intake", 1)
        with field.under_writes() as written:
            wait_until(lambda: len(written) > 5, "writes are on their way")
            own.refuse()
            wait_until(lambda: field.health("intake", 1)["relay"] == "leads", "the other replica leads", 30)
        field.settle()
        own.heal()
        field.check(record_property)
        field.stop("intake", 1)
        field.stop("intake")
    assert all(each.answered for each in written)

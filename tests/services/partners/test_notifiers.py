"""Notifiers of agencies: registration, sealed fields, and the delivery, retry and expiry of each ring."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from standardwebhooks import Webhook as Verifier

from deploy.cli import servers
from services.partners.channels.notifier.actions.delivering import Ringing
from services.partners.channels.notifier.rules import RETRY
from shared.outbound import Outlets, ringing
from shared.outbound.ringing import RINGER, DirectRinger, RingOrder
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import apply
from tests.kit.mailbox import Mailbox, receiving_mail
from tests.kit.receivers import LOOPBACK, Receiver, receiving

pytestmark = pytest.mark.integration


class MovedTime:
    """A time that is the real time for the loop, until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=2)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as opened:
        yield opened


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving_mail() as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def clock() -> MovedTime:
    return MovedTime()


@pytest.fixture
def loop(partners: Harness, mailbox: Mailbox, clock: MovedTime) -> Ringing:
    ringer = DirectRinger.configured(Outlets.read(*LOOPBACK), "", mailbox.url, "casepath@example.org")
    partners.database.provide(RINGER, ringer)
    return Ringing(partners.database, clock)


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def agency(operator: Client) -> str:
    return an_agency(operator)


def an_agency(operator: Client) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def registered(by: Client, agency: str, channel: str, address: str, *levels: str) -> dict[str, Any]:
    body = {"channel": channel, "address": address, "levels": list(levels or ("team",))}
    reply: dict[str, Any] = by.told("POST", f"/v1/agencies/{agency}/notifiers", body, 201)
    return reply


def ring(partners: Harness, agency: str, told: str = "team", times: int = 1, source: str = "support") -> UUID:
    """Apply the event that requests a ring, as often as it arrives; return the ring's id."""
    asked = uuid4()
    data = {"ring": str(asked), "urgency": "immediate", "told": told, "minutes": 5}
    event = an_event(id=uuid4(), source=source, name="ring.due", subject=UUID(agency), position=1, data=data)
    for _ in range(times):
        apply(partners, [event])
    return asked


def deliver(loop: Ringing) -> None:
    loop.dispatch()
    loop.wait_until_idle()


def rings(by: Client, agency: str) -> list[tuple[str, str | None, int]]:
    found = by.told("GET", f"/v1/agencies/{agency}/rings")["rings"]
    return [(each["state"], each["outcome"], each["tries"]) for each in found]


@pytest.mark.hazard("H-DANGER-2", control="ring-says-nothing")
def test_a_ring_says_open_casepath_and_nothing_else(
    partners: Harness, operator: Client, agency: str, loop: Ringing, receiver: Receiver, mailbox: Mailbox
) -> None:
    secret = registered(operator, agency, "webhook", receiver.url)["secret"]
    assert "secret" not in registered(operator, agency, "email", "on-call@example.org")
    ring(partners, agency)
    deliver(loop)
    deliver(loop)
    [call], [message] = receiver.sent, mailbox.messages
    assert json.loads(call.body) == {"message": f"{ringing._MESSAGE}."}
    Verifier(secret).verify(call.body, dict(call.headers))
    assert (message["Subject"], message["To"], message["From"]) == (
        ringing._MESSAGE,
        "on-call@example.org",
        "casepath@example.org",
    )
    assert str(message.get_payload()).strip() == f"{ringing._MESSAGE}."
    assert rings(operator, agency) == [("delivered", "delivered", 1)] * 2


def test_only_the_notifiers_of_the_level_and_of_the_agency_ring(
    partners: Harness, operator: Client, agency: str, loop: Ringing, mailbox: Mailbox
) -> None:
    registered(operator, agency, "email", "team@example.org", "team")
    registered(operator, agency, "email", "lead@example.org", "supervisors", "agency_supervisors")
    registered(operator, an_agency(operator), "email", "other@example.org", "team", "supervisors")
    ring(partners, agency, "supervisors")
    deliver(loop)
    assert [message["To"] for message in mailbox.messages] == ["lead@example.org"]


def test_a_ring_that_arrives_twice_is_delivered_once(
    partners: Harness, operator: Client, agency: str, loop: Ringing, mailbox: Mailbox
) -> None:
    registered(operator, agency, "email", "on-call@example.org")
    ring(partners, agency, times=3)
    deliver(loop)
    deliver(loop)
    assert len(mailbox.messages) == 1


@pytest.mark.hazard("H-DANGER-2", control="undeliverable-ring-alarms")
def test_a_ring_that_fails_is_tried_again_and_given_up_when_the_next_one_is_due(
    partners: Harness, operator: Client, agency: str, loop: Ringing, receiver: Receiver, clock: MovedTime
) -> None:
    registered(operator, agency, "webhook", receiver.url)
    receiver.answer(500)
    ring(partners, agency)
    deliver(loop)
    assert rings(operator, agency) == [("waiting", "refused", 1)]
    deliver(loop)
    assert rings(operator, agency) == [("waiting", "refused", 1)], "not before its time"
    clock.now += RETRY
    deliver(loop)
    assert rings(operator, agency) == [("waiting", "refused", 2)]
    clock.now += timedelta(minutes=5)
    deliver(loop)
    assert rings(operator, agency) == [("undelivered", "refused", 3)]
    clock.now += timedelta(minutes=5)
    deliver(loop)
    assert len(receiver.sent) == 3


@pytest.mark.hazard("H-DANGER-2", control="undeliverable-ring-alarms")
def test_a_ring_without_a_notifier_is_kept_as_undelivered(partners: Harness, operator: Client, agency: str) -> None:
    ring(partners, agency, times=2)
    assert rings(operator, agency) == [("undelivered", "no_notifier", 0)]


@pytest.mark.hazard("H-DANGER-2", control="undeliverable-ring-alarms")
def test_undelivered_rings_are_measured(
    partners: Harness, operator: Client, agency: str, loop: Ringing, receiver: Receiver, clock: MovedTime
) -> None:
    registered(operator, agency, "webhook", receiver.url)
    receiver.answer(500)
    ring(partners, agency)
    ring(partners, agency, "supervisors")
    clock.now += timedelta(minutes=5)
    deliver(loop)
    with partners.database.transaction() as session:
        figures = {measure.gauge._name: session.scalar(measure.figure) for measure in partners.parts.measures}
    assert figures["casepath_rings_undelivered"] == 1
    assert figures["casepath_rings_without_notifier"] == 1


class _Held:
    """A ringer whose first delivery lasts until a test ends it."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()
        self.rung: list[str] = []

    def ring(self, order: RingOrder) -> str:
        if "slow" in order.address:
            self.began.set()
            assert self.may_end.wait(20)
        self.rung.append(order.address)
        return "delivered"


def test_a_silent_receiver_delays_no_other_agency_and_holds_no_lock(
    partners: Harness, operator: Client, agency: str, loop: Ringing
) -> None:
    held, other = _Held(), an_agency(operator)
    partners.database.provide(RINGER, held)
    registered(operator, agency, "email", "slow@example.org")
    registered(operator, other, "email", "quick@example.org")
    ring(partners, agency)
    with ExitStack() as stack:
        stack.callback(held.may_end.set)
        loop.dispatch()
        assert held.began.wait(20)
        ring(partners, other)
        loop.dispatch()
        loop.wait_until_idle(UUID(other))
        assert held.rung == ["quick@example.org"]
        with partners.database.transaction() as session:
            theirs = (
                "select count(*) from pg_locks join pg_database on pg_database.oid = database "
                "where pid <> pg_backend_pid() and datname = current_database()"
            )
            assert session.scalar(text(theirs)) == 0
    loop.wait_until_idle()
    assert sorted(held.rung) == ["quick@example.org", "slow@example.org"]


def test_addresses_and_secrets_are_sealed(partners: Harness, operator: Client, agency: str) -> None:
    reply = registered(operator, agency, "email", "qzxv-on-call@example.org")
    registered(operator, agency, "webhook", "https://93.184.215.14/qzxv-hook")
    assert "qzxv" not in partners.everything()
    shown = operator.told("GET", f"/v1/agencies/{agency}/notifiers")["notifiers"]
    assert {each["address"] for each in shown} == {"qzxv-on-call@example.org", "https://93.184.215.14/qzxv-hook"}
    assert "secret" not in reply


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", "two@example.org, three@example.org"),
        ("email", "line@example.org\r\nBcc: other@example.org"),
        ("email", "nobody"),
        ("webhook", "http://93.184.215.14/hook"),
        ("webhook", "https://user@93.184.215.14/hook"),
        ("webhook", "ftp://example.org/hook"),
    ],
)
def test_an_address_that_cannot_be_rung_is_refused(operator: Client, agency: str, channel: str, address: str) -> None:
    body = {"channel": channel, "address": address, "levels": ["team"]}
    assert operator.ask("POST", f"/v1/agencies/{agency}/notifiers", body).status_code == 422


def test_a_notifier_that_was_removed_is_not_rung(
    partners: Harness, operator: Client, agency: str, loop: Ringing, mailbox: Mailbox
) -> None:
    notifier = registered(operator, agency, "email", "on-call@example.org")["id"]
    ring(partners, agency)
    assert operator.ask("DELETE", f"/v1/agencies/{agency}/notifiers/{notifier}").status_code == 204
    deliver(loop)
    assert mailbox.messages == []
    assert operator.told("GET", f"/v1/agencies/{agency}/notifiers")["notifiers"] == []


def test_a_test_rings_at_once(operator: Client, agency: str, loop: Ringing, mailbox: Mailbox) -> None:
    notifier = registered(operator, agency, "email", "on-call@example.org")["id"]
    assert operator.ask("POST", f"/v1/agencies/{agency}/notifiers/{notifier}/test").status_code == 202
    deliver(loop)
    assert len(mailbox.messages) == 1


def test_staff_without_that_task_keep_no_notifier(partners: Harness, agency: str) -> None:
    for role in ("caseworker", "supervisor", "statistician"):
        assert partners.staff(role).ask("GET", f"/v1/agencies/{agency}/notifiers").status_code == 403


@pytest.mark.hazard("H-PUBLIC-6", control="request-rings")
def test_a_request_to_be_contacted_rings_like_an_alert(
    partners: Harness, operator: Client, agency: str, loop: Ringing, receiver: Receiver
) -> None:
    registered(operator, agency, "webhook", receiver.url)
    ring(partners, agency, times=2, source="intake")
    deliver(loop)
    assert len(receiver.sent) == 1
    assert rings(operator, agency) == [("delivered", "delivered", 1)]

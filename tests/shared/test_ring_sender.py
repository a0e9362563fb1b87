"""The ring sender sends the notifications that `partners` orders, and accepts orders from no other caller."""

import json
import threading
from collections.abc import Iterator

import pytest

from deploy.cli.notifiers import may_order, ringer_of
from shared.access.signing import ServiceTokens
from shared.access.tokens import STAFF, issue, new_key, public_set, service_issuer
from shared.outbound.ringing import RemoteRinger, RingOrder, RingSender, server
from tests.kit.mailbox import Mailbox, receiving_mail
from tests.kit.receivers import LOOPBACK, receiving

PARTNERS, LEGAL, PEOPLE = new_key(service_issuer("partners")), new_key(service_issuer("legal")), new_key(STAFF)
KEY_SET = json.dumps(public_set([PARTNERS, LEGAL, PEOPLE]))
MAIL = RingOrder("01a0-ring", "email", "on-call@example.org", "")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with receiving_mail() as opened:
        yield opened


@pytest.fixture
def address(mailbox: Mailbox) -> Iterator[str]:
    """Run a ring sender; return its address."""
    names = ("CASEPATH_WEBHOOK_NETWORKS", "CASEPATH_WEBHOOK_PORTS", "CASEPATH_WEBHOOK_PLAIN_HOSTS")
    settings = dict(zip(names, LOOPBACK, strict=True))
    mail = {"CASEPATH_RING_MAIL_SERVER": mailbox.url, "CASEPATH_RING_MAIL_FROM": "casepath@example.org"}
    running = server(RingSender(ringer_of({**settings, **mail}), may_order(KEY_SET)), "127.0.0.1", 0)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join(10)


def test_partners_orders_a_ring_and_hears_the_outcome(address: str, mailbox: Mailbox) -> None:
    ringer = RemoteRinger(address, ServiceTokens("partners", json.dumps(PARTNERS)).current)
    assert ringer.ring(MAIL) == "delivered"
    assert [message["To"] for message in mailbox.messages] == ["on-call@example.org"]
    with receiving() as receiver:
        secret = "whsec_" + "A" * 43 + "="
        assert ringer.ring(RingOrder("01a0-ring", "webhook", receiver.url, secret)) == "delivered"
        receiver.answer(404)
        assert ringer.ring(RingOrder("01a0-ring", "webhook", receiver.url, secret)) == "refused"


def test_what_the_mail_server_refuses_is_reported(address: str, mailbox: Mailbox) -> None:
    mailbox.answer = "550 No such mailbox"
    ringer = RemoteRinger(address, ServiceTokens("partners", json.dumps(PARTNERS)).current)
    assert ringer.ring(MAIL) == "mail_refused"


@pytest.mark.parametrize(
    "token",
    [
        lambda: ServiceTokens("legal", json.dumps(LEGAL)).current(),
        lambda: issue(PEOPLE, subject="partners", roles=["operator"]),
        lambda: "nonsense",
    ],
)
def test_nobody_else_orders_a_ring(address: str, mailbox: Mailbox, token: object) -> None:
    assert callable(token)
    assert RemoteRinger(address, token).ring(MAIL) == "sender_unavailable"
    assert mailbox.messages == []


def test_a_sender_that_is_not_there_is_reported() -> None:
    ringer = RemoteRinger("http://127.0.0.1:9", ServiceTokens("partners", json.dumps(PARTNERS)).current)
    assert ringer.ring(MAIL) == "sender_unavailable"


def test_a_mail_server_without_tls_is_not_used() -> None:
    with receiving_mail() as mailbox:
        settings = {"CASEPATH_RING_MAIL_SERVER": mailbox.url, "CASEPATH_RING_MAIL_FROM": "casepath@example.org"}
        assert ringer_of(settings).ring(MAIL) == "no_tls"
        assert mailbox.messages == []

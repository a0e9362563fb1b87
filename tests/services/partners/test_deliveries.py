"""Webhook deliveries and retries to real receivers: in order, at least once, signed; tests move the time."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from standardwebhooks import Webhook as Verifier

from deploy.cli import servers
from services.partners.channels.delivery import rules
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.channels.delivery.actions.source import SOURCE
from services.partners.channels.delivery.models import Webhook, WebhookAttempt
from shared.access.agencies import set_state
from tests.kit.agency_kit import LANGUAGES
from tests.kit.agency_kit import receiving as receiving_kit
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.loops import running
from tests.kit.receivers import Receiver, Replying, Sent, receiving
from tests.kit.streams import OTHER_TYPE, HandMadeStreams, item
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration


class MovedTime:
    """A fixed time that a test moves, a little ahead of any concurrent request."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC) + timedelta(minutes=2)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **much: float) -> None:
        self.now += timedelta(**much)


@pytest.fixture
def streams() -> HandMadeStreams:
    return HandMadeStreams()


@pytest.fixture
def time() -> MovedTime:
    return MovedTime()


@pytest.fixture
def partners(postgres: servers.PostgresServer, streams: HandMadeStreams) -> Iterator[Harness]:
    with harness("partners", postgres) as opened:
        opened.database.provide(SOURCE, streams)
        yield opened


@pytest.fixture
def sending(partners: Harness, time: MovedTime) -> Iterator[Deliveries]:
    loop = Deliveries(partners.database, time)
    with running(loop):
        yield loop


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def agency(operator: Client) -> str:
    return an_agency(operator)


def an_agency(operator: Client) -> str:
    entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
    return str(operator.told("POST", "/v1/agencies", entry, 201)["id"])


def registered(by: Client, agency: str, url: str, **different: Any) -> tuple[str, str]:
    """Register a webhook; return its path and its secret."""
    path = f"/v1/agencies/{agency}/webhooks"
    reply = by.told("POST", path, {"url": url, "after": 0, **different}, 201)
    return f"{path}/{reply['id']}", str(reply["secret"])


def sequences(receiver: Receiver) -> list[int]:
    return [int(json.loads(each.body)["sequence"]) for each in receiver.sent]


def standing(by: Client, path: str) -> dict[str, Any]:
    return by.told("GET", path)


def attempts(by: Client, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = by.told("GET", f"{path}/attempts")["attempts"]
    return found


def stands_at(by: Client, path: str, position: int) -> None:
    wait_until(lambda: standing(by, path)["position"] == position, f"it stands at {position}")


def etag(by: Client, path: str) -> str:
    return by.ask("GET", path).headers["ETag"]


# --- deliveries --------------------------------------------------------------------------------------------------


def test_a_stream_arrives_in_order_over_one_connection_and_each_event_verifies(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    streams.tell(agency, 120)
    path, secret = registered(operator, agency, receiver.url)
    stands_at(operator, path, 120)
    assert sequences(receiver) == list(range(1, 121))
    assert len({each.connection for each in receiver.sent}) == 1
    for each, sequence in zip(receiver.sent, range(1, 121), strict=True):
        expected = item(UUID(agency), sequence)
        assert each.body == expected.document
        assert each.headers["webhook-id"] == str(expected.id)
        Verifier(secret).verify(each.body, dict(each.headers))
    assert [each["sequence"] for each in attempts(operator, path)] == list(range(120, 20, -1))
    streams.tell(agency)
    stands_at(operator, path, 121)


def test_while_a_secret_takes_the_place_of_another_both_verify_and_later_one(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries, time: MovedTime
) -> None:
    path, former = registered(operator, agency, receiver.url)
    new = str(operator.told("POST", f"{path}/rotation", {"overlap_hours": 2}, 201)["secret"])
    streams.tell(agency)
    stands_at(operator, path, 1)
    [both] = receiver.sent
    for secret in (former, new):
        Verifier(secret).verify(both.body, dict(both.headers))
    time.pass_by(hours=3)
    streams.tell(agency)
    stands_at(operator, path, 2)
    assert len(receiver.sent[1].headers["webhook-signature"].split()) == 1
    Verifier(new).verify(receiver.sent[1].body, dict(receiver.sent[1].headers))


def test_an_answer_that_takes_its_time_is_waited_for_and_the_next_comes_after_it(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    import time as clock

    def slowly(_sent: Sent) -> Replying:
        clock.sleep(0.12)
        return Replying(200)

    receiver.reply = slowly
    streams.tell(agency, 4)
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 4)
    assert sequences(receiver) == [1, 2, 3, 4]
    assert min(each["milliseconds"] for each in attempts(operator, path)) >= 120


# --- failures ----------------------------------------------------------------------------------------------------


def test_a_failed_delivery_is_retried_unchanged_with_longer_waits_for_three_days(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries, time: MovedTime
) -> None:
    receiver.answer(500)
    streams.tell(agency, 2)
    path, _ = registered(operator, agency, receiver.url)
    began, states = time.now, []
    for tries in range(1, 11):
        wait_until(lambda tries=tries: standing(operator, path)["tries"] == tries, f"{tries} tries")  # type: ignore[misc]
        shown = standing(operator, path)
        states.append(shown["state"])
        if tries < 10:
            wait = datetime.fromisoformat(shown["next_at"]) - time.now
            assert rules.WAITS[tries] <= wait <= rules.WAITS[tries] * 1.1
            assert shown["breaker"] == "open"
            time.now += wait
    assert states == ["active"] * 7 + ["warned"] * 2 + ["disabled"]
    shown = standing(operator, path)
    assert (shown["state"], shown["reason"], shown["position"], shown["behind"]) == ("disabled", "failed", 0, 2)
    assert timedelta(hours=75) < time.now - began < timedelta(hours=84)
    assert sequences(receiver) == [1] * 10
    assert len({each.headers["webhook-id"] for each in receiver.sent}) == 1
    receiver.answer(204)
    operator.told("POST", f"{path}/resumption", If_Match=etag(operator, path))
    time.now = max(time.now, datetime.now(UTC))
    stands_at(operator, path, 2)
    assert standing(operator, path)["state"] == "active"


def test_one_event_alone_tries_whether_it_works_again_and_then_all_follow(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries, time: MovedTime
) -> None:
    receiver.answer(503)
    streams.tell(agency, 30)
    path, _ = registered(operator, agency, receiver.url)
    wait_until(lambda: standing(operator, path)["tries"] == 1, "one try")
    time.pass_by(seconds=6)
    wait_until(lambda: standing(operator, path)["tries"] == 2, "two tries")
    receiver.answer(200)
    time.pass_by(minutes=6)
    stands_at(operator, path, 30)
    assert sequences(receiver) == [1, 1, *range(1, 31)]
    shown = standing(operator, path)
    assert (shown["tries"], shown["failing_since"], shown["breaker"]) == (0, None, "closed")


def test_a_copy_is_decided_again_at_each_try(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries, time: MovedTime
) -> None:
    receiver.answer(500)
    streams.tell(agency)
    path, _ = registered(operator, agency, receiver.url)
    wait_until(lambda: standing(operator, path)["tries"] == 1, "one try")
    streams.withheld.add(1)
    receiver.answer(204)
    time.pass_by(seconds=6)
    stands_at(operator, path, 1)
    assert [b"emptied" in each.body for each in receiver.sent] == [False, True]


def test_who_says_410_is_never_asked_again(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries, time: MovedTime
) -> None:
    receiver.answer(410)
    streams.tell(agency, 2)
    path, _ = registered(operator, agency, receiver.url)
    wait_until(lambda: standing(operator, path)["state"] == "disabled", "it is disabled")
    assert standing(operator, path)["reason"] == "gone"
    time.pass_by(days=2)
    assert sending.dispatch() == 0
    assert len(receiver.sent) == 1


@pytest.mark.parametrize("throttle", [(429, "throttled", 0), (503, "refused", 1)])
def test_who_asks_to_wait_is_left_alone_for_so_long(
    operator: Client,
    agency: str,
    receiver: Receiver,
    streams: HandMadeStreams,
    sending: Deliveries,
    time: MovedTime,
    throttle: tuple[int, str, int],
) -> None:
    status, outcome, tries = throttle
    receiver.answer(status, Retry_After="3600")
    streams.tell(agency)
    path, _ = registered(operator, agency, receiver.url)
    wait_until(lambda: standing(operator, path)["failing_since"] is not None, "it was asked to wait")
    shown = standing(operator, path)
    assert datetime.fromisoformat(shown["next_at"]) == time.now + timedelta(hours=1)
    assert (shown["tries"], attempts(operator, path)[0]["outcome"]) == (tries, outcome)
    receiver.answer(204)
    time.pass_by(minutes=61)
    stands_at(operator, path, 1)


def test_a_redirect_is_a_failure_and_is_not_followed(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    with receiving() as inner:
        receiver.answer(307, Location=inner.url)
        streams.tell(agency)
        path, _ = registered(operator, agency, receiver.url)
        wait_until(lambda: standing(operator, path)["tries"] == 1, "it failed")
        assert attempts(operator, path)[0]["outcome"] == "redirected"
        assert inner.sent == []


def test_an_address_that_leads_inside_by_now_is_not_connected(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, time: MovedTime
) -> None:
    from shared.outbound import OUTBOUND, Guard, Outbound, Outlets, believing
    from tests.kit.receivers import LOOPBACK

    answers = [["127.0.0.1"], ["10.0.0.1"]]
    outlets = Outlets.read(*LOOPBACK[:2], "partner.example")
    guard = Guard(outlets, lambda _host, _port: answers.pop(0))
    partners.database.provide(OUTBOUND, Outbound(guard, believing("")))
    path, _ = registered(operator, agency, f"http://partner.example:{receiver.port}/hook")
    streams.tell(agency)
    with running(Deliveries(partners.database, time)):
        wait_until(lambda: standing(operator, path)["tries"] == 1, "it failed")
    assert attempts(operator, path)[0]["outcome"] == "address_is_inner"
    assert receiver.sent == []


def test_of_an_answer_a_neutral_beginning_is_kept_sealed(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    receiver.answer(500, b"Qzxv\x1b[31m\r\nSet-Cookie: a\x00" + "\u202e<b>ü".encode() + b"y" * 2000)
    streams.tell(agency)
    path, _ = registered(operator, agency, receiver.url)
    wait_until(lambda: standing(operator, path)["tries"] == 1, "it failed")
    [attempt] = attempts(operator, path)
    assert attempt["answer"].startswith("Qzxv [31m Set-Cookie: a <b>üyyy")
    assert (len(attempt["answer"]), attempt["status"]) == (500, 500)
    assert "Qzxv" not in partners.everything()


# --- isolation between endpoints ---------------------------------------------------------------------------------


def test_a_dead_endpoint_delays_nobody(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        dead, _ = registered(operator, agency, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        path, _ = registered(operator, agency, receiver.url)
        streams.tell(agency, 40)
        stands_at(operator, path, 40)
        assert standing(operator, dead)["position"] == 0


def test_many_endpoints_each_get_their_own_stream(
    operator: Client, streams: HandMadeStreams, sending: Deliveries
) -> None:
    with ExitStack() as stack:
        each_of = []
        for _ in range(40):
            agency, receiver = an_agency(operator), stack.enter_context(receiving())
            each_of.append((agency, receiver, registered(operator, agency, receiver.url)[0]))
        for agency, _, _ in each_of:
            streams.tell(agency, 3)
        for agency, receiver, path in each_of:
            stands_at(operator, path, 3)
            expected = [item(UUID(agency), sequence).document for sequence in (1, 2, 3)]
            assert [sent.body for sent in receiver.sent] == expected


def test_of_two_processes_one_posts_and_each_event_arrives_once(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, time: MovedTime
) -> None:
    path, _ = registered(operator, agency, receiver.url)
    with running(Deliveries(partners.database, time)), running(Deliveries(partners.database, time)):
        for _ in range(20):
            streams.tell(agency, 2)
        stands_at(operator, path, 40)
    assert sequences(receiver) == list(range(1, 41))


# --- replay on request -------------------------------------------------------------------------------------------


def test_a_test_event_is_posted_whatever_the_state_and_changes_nothing(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    path, secret = registered(operator, agency, receiver.url)
    operator.told("PATCH", path, {"is_paused": True}, If_Match=etag(operator, path))
    streams.tell(agency)
    operator.told("POST", f"{path}/test", None, 202)
    wait_until(lambda: bool(attempts(operator, path)), "it was posted")
    [sent] = receiver.sent
    Verifier(secret).verify(sent.body, dict(sent.headers))
    document = json.loads(sent.body)
    assert (document["type"], document["data"]) == ("org.casepath.partners.webhook.tested.v1", {})
    [attempt] = attempts(operator, path)
    assert (attempt["outcome"], attempt["sequence"], attempt["is_again"]) == ("delivered", None, True)
    assert standing(operator, path)["state"] == "paused"


def test_a_test_event_that_fails_is_tried_once_and_counts_for_nothing(
    operator: Client, agency: str, receiver: Receiver, sending: Deliveries
) -> None:
    receiver.answer(500)
    path, _ = registered(operator, agency, receiver.url)
    operator.told("POST", f"{path}/test", None, 202)
    wait_until(lambda: bool(attempts(operator, path)), "it was posted")
    shown = standing(operator, path)
    assert (shown["tries"], shown["failing_since"], len(receiver.sent)) == (0, None, 1)


def test_one_position_is_sent_again_and_the_stream_goes_on_as_it_was(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    streams.tell(agency, 5)
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 5)
    operator.told("POST", f"{path}/redelivery", {"sequence": 2}, 202)
    wait_until(lambda: len(receiver.sent) == 6, "it was sent again")
    streams.tell(agency)
    stands_at(operator, path, 6)
    assert sequences(receiver) == [1, 2, 3, 4, 5, 2, 6]
    assert receiver.sent[5].headers["webhook-id"] == receiver.sent[1].headers["webhook-id"]
    assert [each["is_again"] for each in attempts(operator, path)][:2] == [False, True]


def test_a_type_is_sent_again_from_a_position_on(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    for kind in ("one", "other") * 60:
        streams.tell(agency, 1, OTHER_TYPE if kind == "other" else "org.casepath.intake.referral.sent.v1")
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 120)
    operator.told("POST", f"{path}/redelivery", {"after": 100, "type": OTHER_TYPE}, 202)
    wait_until(lambda: len(receiver.sent) == 130, "they were sent again")
    assert sequences(receiver)[120:] == list(range(102, 121, 2))
    operator.told("POST", f"{path}/redelivery", {"after": 0, "type": "org.casepath.none.such.v1"}, 202)
    operator.told("POST", f"{path}/redelivery", {"sequence": 1}, 202)
    wait_until(lambda: len(receiver.sent) == 131, "a request with nothing in it is over")


def test_all_is_sent_again_from_a_position_on(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    streams.tell(agency, 5)
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 5)
    operator.told("POST", f"{path}/redelivery", {"after": 2}, 202)
    wait_until(lambda: len(receiver.sent) == 8, "they were sent again")
    assert sequences(receiver)[5:] == [3, 4, 5]


def test_all_is_sent_again_from_a_time_on(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    streams.tell(agency, 5)
    streams.earlier = 3
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 5)
    operator.told("POST", f"{path}/redelivery", {"since": "2026-03-02T09:00:00Z"}, 202)
    wait_until(lambda: len(receiver.sent) == 7, "they were sent again")
    assert sequences(receiver)[5:] == [4, 5]


# --- filters ---


def test_two_webhooks_of_an_agency_receive_their_own_types(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    streams.tell(agency, 130, OTHER_TYPE)
    streams.tell(agency, 1, "org.casepath.intake.referral.sent.v1")
    streams.tell(agency, 2, OTHER_TYPE)
    path = f"/v1/agencies/{agency}/webhooks"
    asked = {"url": receiver.url, "after": 0, "types": ["intake.referral.*"]}
    made = operator.told("POST", path, asked, 201)["id"]
    stands_at(operator, f"{path}/{made}", 133)
    assert sequences(receiver) == [131]
    operator.told("PATCH", f"{path}/{made}", {"types": ["*"]}, If_Match=etag(operator, f"{path}/{made}"))
    streams.tell(agency, 1, OTHER_TYPE)
    stands_at(operator, f"{path}/{made}", 134)
    assert sequences(receiver) == [131, 134]


@pytest.mark.hazard("H-AGENCY-32", control="endings-pass-filters")
def test_endings_pass_every_filter_of_a_webhook(
    operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    endings = [
        "org.casepath.intake.consent.withdrawn.v2",
        "org.casepath.partners.subject.erased.v1",
        "org.casepath.partners.position.emptied.v1",
        "org.casepath.intake.erasure.held.v1",
    ]
    for ending in endings:
        streams.tell(agency, 1, OTHER_TYPE)
        streams.tell(agency, 1, ending)
    path = f"/v1/agencies/{agency}/webhooks"
    made = operator.told("POST", path, {"url": receiver.url, "after": 0, "types": ["intake.referral.*"]}, 201)["id"]
    stands_at(operator, f"{path}/{made}", 8)
    assert sequences(receiver) == [2, 4, 6, 8]


def test_a_filter_that_matches_no_type_is_refused(operator: Client, agency: str, receiver: Receiver) -> None:
    asked = {"url": receiver.url, "types": ["intake.nothing.*"]}
    refused = operator.told("POST", f"/v1/agencies/{agency}/webhooks", asked, 422)
    assert refused["errors"][0]["rule"] == "matches_a_type"


# --- endings -----------------------------------------------------------------------------------------------------


def test_nothing_is_posted_to_an_agency_that_is_suspended_nor_to_what_is_paused(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, time: MovedTime
) -> None:
    path, _ = registered(operator, agency, receiver.url)
    streams.tell(agency)
    loop = Deliveries(partners.database, time)
    with partners.database.transaction() as session:
        set_state(session, UUID(agency), "suspended")
    assert loop.dispatch() == 0
    with partners.database.transaction() as session:
        set_state(session, UUID(agency), "active")
    operator.told("PATCH", path, {"is_paused": True}, If_Match=etag(operator, path))
    assert loop.dispatch() == 0
    assert receiver.sent == []


def test_attempts_are_forgotten_after_thirty_days(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    from shared.runtime.expiry import Expiry

    streams.tell(agency, 2)
    path, _ = registered(operator, agency, receiver.url)
    stands_at(operator, path, 2)
    old = datetime.now(UTC) - timedelta(days=31)
    with partners.database.transaction() as session:
        session.execute(update(WebhookAttempt).where(WebhookAttempt.sequence == 1).values(at=old))
    Expiry(partners.database, partners.parts.expiring).sweep_all()
    assert [each["sequence"] for each in attempts(operator, path)] == [2]


def test_a_position_is_not_moved_over_what_somebody_set_meanwhile(
    partners: Harness, operator: Client, agency: str, receiver: Receiver, streams: HandMadeStreams, sending: Deliveries
) -> None:
    path, _ = registered(operator, agency, receiver.url)

    def back(_sent: Sent) -> Replying:
        if len(receiver.sent) == 3:
            with partners.database.transaction() as session:
                session.execute(update(Webhook).where(Webhook.position > 0).values(position=0))
        return Replying(204)

    streams.tell(agency)
    stands_at(operator, path, 1)
    receiver.reply = back
    streams.tell(agency, 4)
    stands_at(operator, path, 5)
    with partners.database.transaction() as session:
        assert session.scalars(select(Webhook.position)).all() == [5]
    assert sequences(receiver)[-5:] == [1, 2, 3, 4, 5]


# --- the receivers' kit ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["v1", "v1a"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_kit_accepts_what_verifies_once_and_refuses_the_rest(
    language: str,
    kind: str,
    operator: Client,
    agency: str,
    streams: HandMadeStreams,
    sending: Deliveries,
    tmp_path: Path,
) -> None:
    [port] = servers.free_ports(1)
    path, key = registered(operator, agency, f"http://127.0.0.1:{port}/hook", kind=kind)
    with receiving_kit(language, tmp_path, key, port) as (program, _):
        streams.tell(agency, 3)
        stands_at(operator, path, 3)
        operator.told("POST", f"{path}/redelivery", {"sequence": 2}, 202)
        wait_until(lambda: len(attempts(operator, path)) == 4, "one is posted again")
        operator.told("POST", f"{path}/rotation", {"overlap_hours": 0}, 201)
        operator.told("POST", f"{path}/test", None, 202)
        wait_until(lambda: attempts(operator, path)[0]["status"] == 401, "another key's is refused")
    assert program.handled() == [("received", at) for at in (1, 2, 3)]

"""Pushed streams contain the same bytes as the feed, and access is decided until the moment of sending."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook as Verifier

from deploy.cli import servers
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.streams.stream.actions import reading
from tests.kit.harness import harness
from tests.kit.loops import running
from tests.kit.receivers import Receiver, Replying, Sent, receiving
from tests.kit.told_agencies import Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}
REOPENED = {"reason": "new_information", "reopened_on": "2026-03-02"}
EMPTIED = "org.casepath.partners.position.emptied.v1"


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as opened:
        yield opened


def pushing(told: Told) -> Deliveries:
    """Return the loop, with a time a little ahead of any request."""
    return Deliveries(told.partners.database, lambda: datetime.now(UTC) + timedelta(minutes=1))


def registered(told: Told, agency: ToldAgency, receiver: Receiver) -> tuple[str, str]:
    path = f"/v1/agencies/{agency.id}/webhooks"
    reply = told.operator.told("POST", path, {"url": receiver.url, "after": 0}, 201)
    return f"{path}/{reply['id']}", str(reply["secret"])


def stands_at(told: Told, path: str, position: int) -> None:
    wait_until(lambda: told.operator.told("GET", path)["position"] == position, f"it stands at {position}")


def types(receiver: Receiver) -> list[str]:
    return [json.loads(each.body)["type"] for each in receiver.sent]


def test_what_is_pushed_is_what_the_feed_holds_byte_for_byte_and_others_read_it(told: Told, receiver: Receiver) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    told.hear(case, "case.reopened", REOPENED)
    path, secret = registered(told, shelter, receiver)
    with running(pushing(told)):
        stands_at(told, path, 3)
    whole = shelter.ask("/v1/feed", after=0).get_data()
    assert whole == b"[" + b",".join(each.body for each in receiver.sent) + b"]"
    for each in receiver.sent:
        Verifier(secret).verify(each.body, dict(each.headers))
        event = from_structured_event(HTTPMessage(dict(each.headers), each.body))
        assert event.get_id() == each.headers["webhook-id"]


def test_a_withdrawal_waits_for_no_answer_and_nothing_of_the_person_leaves_after_it(
    told: Told, receiver: Receiver
) -> None:
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    for _ in range(3):
        told.hear(case, "case.closed", CLOSED)
        told.hear(case, "case.reopened", REOPENED)
    answered = threading.Event()

    def late(_sent: Sent) -> Replying:
        answered.wait(10)
        return Replying(204)

    receiver.reply = late
    path, _ = registered(told, shelter, receiver)
    with running(pushing(told)):
        wait_until(lambda: len(receiver.sent) == 1, "the first has arrived, and is not answered")
        told.withdraw(case, shelter, consent)
        assert len(receiver.sent) == 1
        answered.set()
        stands_at(told, path, 8)
    assert types(receiver)[1:7] == [EMPTIED] * 6
    assert types(receiver)[7] == "org.casepath.intake.consent.withdrawn.v2"


def test_what_waits_for_another_try_is_decided_again(told: Told, receiver: Receiver) -> None:
    shelter, case = told.agency(), told.case()
    consent = told.consent(case, shelter)
    receiver.answer(500)
    path, _ = registered(told, shelter, receiver)
    with running(pushing(told)):
        wait_until(lambda: told.operator.told("GET", path)["tries"] == 1, "it failed")
    told.withdraw(case, shelter, consent)
    receiver.answer(204)
    version = told.operator.ask("GET", path).headers["ETag"]
    told.operator.told("POST", f"{path}/resumption", If_Match=version)
    with running(pushing(told)):
        stands_at(told, path, 2)
    assert types(receiver) == [
        "org.casepath.intake.consent.granted.v2",
        EMPTIED,
        "org.casepath.intake.consent.withdrawn.v2",
    ]


def test_without_an_agreement_and_while_a_subscription_is_paused_nothing_is_pushed(
    told: Told, receiver: Receiver
) -> None:
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    path, _ = registered(told, shelter, receiver)
    shelter.subscribe(paused=True)
    loop = pushing(told)
    assert loop.dispatch() == 0
    shelter.subscribe(paused=False)
    [agreement] = told.officer.ask("GET", f"/v1/agencies/{shelter.id}/agreements").get_json()["agreements"]
    where = f"/v1/agencies/{shelter.id}/agreements/{agreement['id']}/suspension"
    told.operator.told("POST", where, {"reason": "data_breach"})
    with running(loop):
        wait_until(lambda: UUID(path.rpartition("/")[2]) in loop._rests, "it was looked at")
    assert receiver.sent == []
    assert told.operator.told("GET", path)["position"] == 0


def test_events_read_in_a_rolled_back_transaction_have_the_same_ids_when_read_again(told: Told) -> None:
    # The process dies between a delivery and its commit. If the same transaction had created the agency's pseudonym
    # key, the agency would receive the same events again under other pseudonyms.
    shelter, case = told.agency(), told.case()
    told.consent(case, shelter)
    told.hear(case, "case.closed", CLOSED)
    with told.partners.database.transaction() as session:
        left = [
            json.loads(item.document)["id"] for item in reading.read(session, UUID(shelter.id), after=0, limit=9).items
        ]
        session.rollback()
    assert left
    assert left == [each["id"] for each in shelter.feed()]

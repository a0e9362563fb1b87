"""How many events about a person each channel delivered to an agency, and when last: what left, each event once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from deploy.cli import servers
from services.partners.channels.broker_queue.actions import filling
from services.partners.channels.broker_queue.actions.streams import STREAMS
from services.partners.channels.broker_queue.models import BrokerQueue
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.streams.stream.models import ChannelDelivery
from shared.exchange.broker import AgencyMessage, AgencyQueues
from tests.kit.agency_queues import agency_broker
from tests.kit.harness import harness
from tests.kit.loops import running
from tests.kit.queue_readers import Reader
from tests.kit.receivers import receiving
from tests.kit.told_agencies import NOW, Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration

CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}


@pytest.fixture
def told(postgres: servers.PostgresServer) -> Iterator[Told]:
    with harness("partners", postgres) as partners:
        yield Told(partners)


def two_events(told: Told, agency: ToldAgency) -> tuple[UUID, UUID]:
    """Have an agency receive a consent and the closing of a case; return the case and the consent."""
    case = told.case()
    consent = told.consent(case, agency)
    told.hear(case, "case.closed", CLOSED)
    return case, consent


def counted(told: Told, case: UUID) -> list[tuple[str, int, str]]:
    """Return what the team sees of the channels of the only agency."""
    member = told.partners.staff("caseworker")
    told.hear(case, "team.member_added", {"member": str(member.subject), "role": "caseworker", "lead": True})
    [shown] = member.told("GET", f"/v1/cases/{case}/deliveries")["agencies"]
    return [(each["channel"], each["count"], each["last_at"]) for each in shown["channels"]]


def rows(told: Told, case: UUID) -> int:
    with told.partners.database.transaction() as session:
        of_case = select(func.count()).select_from(ChannelDelivery).where(ChannelDelivery.case_id == case)
        return session.scalar(of_case) or 0


@pytest.mark.hazard("H-AGENCY-12", control="deliveries-are-counted")
def test_the_feed_counts_what_was_fetched_once_and_keeps_the_last_time(told: Told) -> None:
    shelter = told.agency()
    case, _ = two_events(told, shelter)
    assert counted(told, case) == [], "the events are ready, and nobody has fetched them"
    first = shelter.feed(limit=1)
    [(channel, count, _)] = counted(told, case)
    assert (channel, count) == ("feed", 1)
    shelter.feed()
    told.partners.move_clock(NOW + timedelta(hours=2))
    assert shelter.ask(f"/v1/events/{first[0]['id']}").status_code == 200
    [(channel, count, last_at)] = counted(told, case)
    assert (channel, count) == ("feed", 2)
    assert datetime.fromisoformat(last_at) == NOW + timedelta(hours=2)


def test_a_placeholder_is_no_delivery_and_another_person_is_not_counted(told: Told) -> None:
    shelter = told.agency()
    case, consent = two_events(told, shelter)
    other, _ = two_events(told, shelter)
    told.withdraw(case, shelter, consent)
    shelter.feed()
    [(_, count, _)] = counted(told, case)
    assert count == 1, "only the withdrawal itself"
    assert [each[:2] for each in counted(told, other)] == [("feed", 2)]


@pytest.mark.hazard("H-AGENCY-12", control="deliveries-are-counted")
def test_a_webhook_counts_only_what_its_receiver_accepted(told: Told) -> None:
    shelter = told.agency()
    case, _ = two_events(told, shelter)
    path = f"/v1/agencies/{shelter.id}/webhooks"
    loop = Deliveries(told.partners.database, lambda: datetime.now(UTC) + timedelta(minutes=1))
    with receiving() as receiver:
        receiver.answer(500)
        path = f"{path}/{told.operator.told('POST', path, {'url': receiver.url, 'after': 0}, 201)['id']}"
        with running(loop):
            wait_until(lambda: told.operator.told("GET", path)["tries"] == 1, "it failed")
        assert counted(told, case) == []
        receiver.answer(204)
        version = told.operator.ask("GET", path).headers["ETag"]
        told.operator.told("POST", f"{path}/resumption", If_Match=version)
        told.operator.told("POST", f"{path}/test", None, 202)
        with running(Deliveries(told.partners.database, lambda: datetime.now(UTC) + timedelta(minutes=1))):
            wait_until(lambda: told.operator.told("GET", path)["position"] == 2, "both were accepted")
    assert [each[:2] for each in counted(told, case)] == [("webhook", 2)]


@pytest.mark.hazard("H-AGENCY-12", control="deliveries-are-counted")
def test_a_queue_counts_what_the_broker_confirmed(told: Told, tmp_path: Path) -> None:
    with agency_broker(tmp_path) as broker, broker.asking(told.partners.database), broker.lane(told.partners.database):
        reader = Reader(told, told.agency(), broker)
        case, _ = two_events(told, reader.agency)
        reader.wait_for(2)
        reader.agency.feed()
        assert [each[:2] for each in counted(told, case)] == [("feed", 2), ("queue", 2)]


@dataclass
class Ending:
    """The queues at the broker; the person withdraws as soon as the first message has been sent."""

    queues: AgencyQueues
    withdraw: Callable[[], None]
    sent: int = 0

    def declare(self, queue: str) -> bool:
        return self.queues.declare(queue)

    def delete(self, queue: str) -> None:
        self.queues.delete(queue)

    def send(self, queue: str, messages: Iterable[AgencyMessage]) -> None:
        self.queues.send(queue, messages)
        self.sent += 1
        if self.sent == 1:
            self.withdraw()


def test_an_event_sent_before_a_withdrawal_was_noticed_counts_and_is_sent_no_more(told: Told, tmp_path: Path) -> None:
    database, shelter = told.partners.database, told.agency()
    agency = UUID(shelter.id)
    with agency_broker(tmp_path) as broker, broker.queues() as queues, broker.asking(database):
        told.operator.told("POST", f"/v1/agencies/{agency}/broker-queue")
        case, consent = two_events(told, shelter)
        ending = Ending(queues, lambda: told.withdraw(case, shelter, consent))
        sent = filling.take_turn(database, ending, STREAMS, agency)
        queues.settle()
        assert sent is not None
        with database.transaction() as session:
            filling.move_mark(session, sent)
            mark = session.scalars(select(BrokerQueue.mark).where(BrokerQueue.agency == agency)).one()
    assert (ending.sent, mark) == (1, 0)
    assert [each[:2] for each in counted(told, case)] == [("queue", 1)]


def test_an_erasure_deletes_the_counts(told: Told) -> None:
    shelter = told.agency()
    case, _ = two_events(told, shelter)
    shelter.feed()
    assert rows(told, case) == 2
    order: dict[str, Any] = {"request": str(uuid4()), "reason": "person_asked"}
    told.hear(case, "erasure.ordered", order)
    shelter.feed()
    assert rows(told, case) == 0

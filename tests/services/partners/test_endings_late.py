"""While the end of an access cannot be applied in time, agencies receive nothing, on any channel."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.partners.channels.broker_queue.actions.streams import STREAMS
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.service import READS
from services.partners.streams.ground.events import ENDINGS, SOURCE
from shared.events.envelope import Event
from shared.exchange import holds
from shared.exchange.cursor import cursors
from shared.exchange.follower import EndingsWatch
from shared.exchange.follower.apply import Application
from shared.telemetry import metrics
from tests.kit.agency_queues import AgencyBroker, agency_broker
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.loops import running
from tests.kit.queue_readers import Reader
from tests.kit.receivers import receiving
from tests.kit.told_agencies import Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
BOUND = 30.0
EPOCH = UUID(int=1)


@dataclass
class Time:
    """A time and a monotonic clock, both fixed until a test moves them."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    clock: float = 1000.0

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.clock += seconds


@dataclass
class Watched:
    """Partners with its watch on endings, an agency, and a person who grants and withdraws consent."""

    partners: Harness
    time: Time = field(default_factory=Time)
    told: Told = field(init=False)
    watch: EndingsWatch = field(init=False)
    agency: ToldAgency = field(init=False)
    case: UUID = field(init=False)
    consent: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.told = Told(self.partners)
        self.agency, self.case = self.told.agency(), self.told.case()
        self.consent = self.told.consent(self.case, self.agency)
        self.application = Application(self.partners.database, self.partners.parts.following)
        # Simulate that the follower has applied all events.
        self.told.logs.recorded.clear()
        with self.partners.database.transaction() as session:
            session.execute(cursors.insert().values(source=SOURCE, epoch=EPOCH, position=10))
        self.watch = EndingsWatch(
            self.partners.database,
            self.told.logs,
            READS,
            SOURCE,
            ENDINGS,
            bound=BOUND,
            now=lambda: self.time.now,
            clock=lambda: self.time.clock,
        )

    def records(self, name: str = "consent.withdrawn", case: UUID | None = None, **data: Any) -> Event:
        """Have intake record an event that partners does not read."""
        withdrawn = {
            "consent": str(self.consent),
            "agency": self.agency.id,
            "purposes": ["referral_for_support"],
            "erase_requested": False,
            "withdrawn_on": "2026-03-02",
        }
        event = an_event(
            name=name,
            version=2,
            subject=case or self.case,
            position=11 + len(self.told.logs.recorded),
            epoch=EPOCH,
            time=self.time.now,
            data=data or withdrawn,
        )
        self.told.logs.recorded.append(event)
        return event

    def applies(self, *events: Event) -> None:
        self.application.take(SOURCE, events)

    def age_after(self, seconds: float) -> float:
        self.time.pass_by(seconds)
        self.watch.look()
        return self.watch.age()


@pytest.fixture
def watched(postgres: servers.PostgresServer) -> Iterator[Watched]:
    with harness("partners", postgres) as partners:
        yield Watched(partners)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as opened:
        yield opened


def test_the_age_is_that_of_the_oldest_ending_that_is_not_applied(watched: Watched) -> None:
    assert watched.age_after(100) == 0, "nothing was recorded"
    first = watched.records()
    watched.time.pass_by(5)
    second = watched.records(case=uuid4())
    assert watched.age_after(3) == 8
    watched.applies(first)
    assert watched.age_after(0) == 3
    watched.applies(second)
    assert watched.age_after(100) == 0


@pytest.mark.hazard("H-AGENCY-2", control="age-of-oldest-ending")
def test_the_metric_grows_also_while_nobody_looks(watched: Watched) -> None:
    watched.records()
    watched.watch.look()
    watched.time.pass_by(50)
    shown = [line for line in metrics.exposition().decode().splitlines() if "casepath_oldest_ending_seconds{" in line]
    assert shown == ['casepath_oldest_ending_seconds{source="intake"} 50.0']


def test_what_is_no_ending_ages_nothing(watched: Watched) -> None:
    watched.records("case.closed", reason="goals_met", closed_on="2026-03-02", although_open=[])
    assert watched.age_after(100) == 0


def test_an_ending_that_was_applied_ahead_of_its_turn_ages_nothing(watched: Watched) -> None:
    watched.records("case.closed", case=uuid4(), reason="goals_met", closed_on="2026-03-02", although_open=[])
    ending = watched.records()
    with watched.partners.database.transaction() as session:
        watched.application.apply_ahead(session, ending)
    assert watched.age_after(100) == 0


def test_an_ending_that_waits_behind_a_hold_ages(watched: Watched) -> None:
    ending = watched.records()
    with watched.partners.database.transaction() as session:
        holds.hold(session, ending, LookupError(), 0)
        session.execute(cursors.update().values(position=ending.position))
    assert watched.age_after(40) == 40
    assert watched.age_after(10) == 50
    with watched.partners.database.transaction() as session:
        [held] = holds.all_holds(session)
        watched.application.apply_held(session, ending)
        holds.end_hold(session, held)
    assert watched.age_after(10) == 0


def test_a_source_that_does_not_answer_counts_from_when_it_did(watched: Watched) -> None:
    watched.watch.look()
    watched.told.logs.away = {SOURCE}
    watched.time.pass_by(BOUND + 1)
    watched.watch.report(ConnectionError())
    assert (watched.watch.age(), watched.watch.is_late) == (BOUND + 1, True)
    watched.told.logs.away = set()
    assert watched.age_after(0) == 0


def test_a_source_whose_log_is_another_by_now_counts_as_one_that_does_not_answer(watched: Watched) -> None:
    watched.watch.look()
    with watched.partners.database.transaction() as session:
        session.execute(cursors.update().values(epoch=uuid4()))
    assert watched.age_after(20) == 20


@pytest.mark.hazard("H-AGENCY-2", control="doors-close")
def test_a_feed_asks_to_retry_and_continues_after_the_ending_is_applied(watched: Watched) -> None:
    shelter, ending = watched.agency, watched.records()
    assert watched.age_after(BOUND) == BOUND
    assert [each.rpartition(".")[2] for each in shelter.types()] == ["granted"]
    assert watched.age_after(1) > BOUND
    name = uuid4()
    for path in ("/v1/feed", f"/v1/events/{name}"):
        reply = shelter.ask(path)
        assert (reply.status_code, reply.headers["Retry-After"]) == (503, "5")
    watched.applies(ending)
    assert watched.age_after(0) == 0
    assert shelter.types() == ["partners.position.emptied", "intake.consent.withdrawn"]


@pytest.mark.hazard("H-AGENCY-2", control="doors-close")
def test_webhooks_and_queues_pause_and_go_on(watched: Watched, broker: AgencyBroker) -> None:
    told, shelter, ending = watched.told, watched.agency, watched.records()
    assert watched.age_after(BOUND + 1) > BOUND
    database = watched.partners.database
    loop = Deliveries(database, lambda: datetime.now(UTC) + timedelta(minutes=1))
    with receiving() as receiver, broker.asking(database), broker.lane(database), running(loop):
        reader = Reader(told, shelter, broker)
        path = f"/v1/agencies/{shelter.id}/webhooks"
        webhook = UUID(told.operator.told("POST", path, {"url": receiver.url, "after": 0}, 201)["id"])
        wait_until(lambda: webhook in loop._rests, "its lane found nothing that may be sent")
        with database.transaction() as session:
            assert list(STREAMS.read(session, UUID(shelter.id), 0, 10).items) == []
        wait_until(lambda: reader.shown["sequence"] is not None, "its queue had a turn, too")
        assert (receiver.sent, reader.shown["sequence"]) == ([], 0)
        watched.applies(ending)
        watched.watch.look()
        wait_until(lambda: len(receiver.sent) == 2, "the webhook goes on")
        reader.wait_for(2)
    types = [json.loads(each.body)["type"] for each in receiver.sent]
    assert types == ["org.casepath.partners.position.emptied.v1", "org.casepath.intake.consent.withdrawn.v2"]


@pytest.mark.hazard("H-AGENCY-2", control="age-of-oldest-ending")
@pytest.mark.parametrize(("seconds", "said", "status"), [(BOUND, "ok", "ready"), (BOUND + 1, "late", "degraded")])
def test_the_ready_check_says_it_and_staff_are_served_still(
    watched: Watched, seconds: float, said: str, status: str
) -> None:
    watched.records()
    watched.age_after(seconds)
    asker = Client(watched.partners.door, service=watched.partners.service_class, registered=False)
    asker.service.process = SimpleNamespace(
        database_watch=SimpleNamespace(state="ok"),
        key_store_watch=SimpleNamespace(state="ok"),
        follower=SimpleNamespace(connected=True),
        relay=SimpleNamespace(leading=True, is_blocked=False),
        is_an_ending_late=watched.watch.is_late,
    )
    ready = asker.ask("GET", "/health/ready")
    shown = ready.get_json()
    assert (ready.status_code, shown["status"], shown["checks"]["endings"]) == (200, status, said)
    path = f"/v1/agencies/{watched.agency.id}/suspension"
    watched.told.operator.told("POST", path, {"reason": "safeguarding_concern"})

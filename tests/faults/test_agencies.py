"""Agencies receive the events with consent, even if processes die: at least once, in order, and no others."""

import dataclasses
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID

import kombu.connection
import pytest

from shared.exchange.broker import AGENCIES_VHOST
from tests.faults.agencies import CATEGORIES, FieldAgency, Town, by_id, consuming, examine, start_partners
from tests.faults.field import Field
from tests.faults.history import Found, read_on
from tests.kit.receivers import Receiver, Replying, Sent, receiving
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
#: The points at which partners crashes, in turn.
POINTS = (
    "follower.before_commit",
    "delivery.in_sending",
    "agency_queues.in_publish",
    "follower.before_ack",
    "delivery.before_commit",
    "agency_queues.before_mark",
    "agency_queues.in_emptying",
)
#: The largest backlog of intake's events at partners: slow machines follow slowly, particularly after a start.
MOST_UNHEARD = 20


@dataclasses.dataclass
class Scene:
    """A town with an agency on each channel; the last agency only reads its feed."""

    town: Town
    pushed: FieldAgency
    queued: FieldAgency
    fed: FieldAgency
    webhook: str

    @property
    def agencies(self) -> tuple[FieldAgency, ...]:
        return self.pushed, self.queued, self.fed

    def settle(self) -> None:
        """Return when all events are processed, and each channel is at the end of its stream."""
        self.town.field.settle()
        wait_until(self._stands_at_ends, "each channel stands at the end of its stream", 60)

    def _stands_at_ends(self) -> bool:
        town = self.town
        at = int(town.operator.get("partners", self.webhook).json()["position"])
        asked = "select coalesce(mark, 0) from broker_queues where agency = :agency"
        marked = town.ask_store(asked, agency=UUID(self.queued.id))
        heads = [town.head(each) for each in self.agencies]
        return town.stands_still() and [at, marked] == heads[:2]

    def check(self, record_property: Note, faults: int) -> None:
        """Count the faults in each agency's deliveries."""
        town, found = self.town, Found()
        read_on(town.field.api(patience=10), town.field.logs)
        town.facts.logs = by_id(event for log in town.field.logs.values() for event in log)
        for agency in self.agencies:
            feed = town.feed(agency)
            found += examine(town.facts, agency, town.names_of(agency), feed)
        of_logs = town.field.count(lambda *_: None, faults)
        record_property("history", {**dataclasses.asdict(found + of_logs), "faults": faults})
        assert found.events > 0
        assert found.whole, str(found)


@pytest.fixture
def scene(field: Field) -> Iterator[Scene]:
    field.stop("partners")
    start_partners(field)
    with ExitStack() as stack:
        town = Town(field)
        pushed, queued, fed = (town.agency() for _ in range(3))
        receiver = stack.enter_context(receiving())
        receiver.reply = keeping(receiver, pushed)
        webhook = town.register_webhook(pushed, receiver)
        town.operator.post("partners", f"/v1/agencies/{queued.id}/broker-queue")
        stack.enter_context(consuming(field, town, queued))
        yield Scene(town, pushed, queued, fed, webhook)
        town.end(pushed, queued, fed)
    field.stop("partners")


def keeping(receiver: Receiver, agency: FieldAgency) -> Callable[[Sent], Replying]:
    def keep(sent: Sent) -> Replying:
        agency.take(sent.body)
        return Replying(204)

    return keep


@contextmanager
def living(scene: Scene, seed: int) -> Iterator[None]:
    """Grant and withdraw consents, exclude agencies, and record events until the block ends."""
    ends, chance, town = threading.Event(), random.Random(seed), scene.town
    failed: list[Exception] = []

    def live() -> None:
        try:
            while not ends.is_set():
                case = town.open_case()
                consents = {}
                for agency in scene.agencies:
                    if chance.random() < 0.8:
                        categories = chance.sample(CATEGORIES, chance.randint(1, 3))
                        consents[agency.id] = (agency, town.consent(case, agency, *categories))
                town.happen(case)
                if consents and chance.random() < 0.4:
                    agency, consent = chance.choice(list(consents.values()))
                    if chance.random() < 0.7:
                        town.withdraw(case, agency, consent)
                    else:
                        town.exclude(case, agency)
                town.happen(case)
                # No agency receives events before partners has processed the backlog from its downtime.
                while town.unheard() > MOST_UNHEARD and not ends.wait(0.05):
                    pass
        except Exception as error:  # noqa: BLE001 - raised in the thread that waits
            failed.append(error)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        ends.set()
        thread.join()
        if failed:
            raise failed[0]


@pytest.mark.promise("REL-23")
def test_partners_dies_wherever_it_delivers(scene: Scene, record_property: Note) -> None:
    field = scene.town.field
    with living(scene, seed=13):
        for point in POINTS:
            field.arm(f"partners:{point}")
            field.wait_until_dead("partners", seconds=90)
            start_partners(field)
    scene.settle()
    scene.check(record_property, faults=len(POINTS))


@pytest.mark.promise("REL-23")
def test_the_broker_is_emptied(scene: Scene, record_property: Note) -> None:
    field, town = scene.town.field, scene.town
    with living(scene, seed=14):
        wait_until(lambda: len(scene.queued.arrived) > 5, "something arrives")
        with kombu.connection.Connection(field.broker.amqp_uri) as connection:
            connection.channel().queue_purge("partners.inbox")
        with kombu.connection.Connection(field.broker.uri(AGENCIES_VHOST)) as connection:
            connection.channel().queue_delete(town.queue_of(scene.queued))
        before = len(scene.queued.arrived)
        wait_until(lambda: len(scene.queued.arrived) > before + 5, "more arrives")
    scene.settle()
    scene.check(record_property, faults=2)

"""An agency receives an event only once the sources' feeds have confirmed what was applied about its subject."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, insert, update

from deploy.cli import servers
from services.partners.channels.broker_queue.actions.streams import STREAMS
from services.partners.channels.delivery.actions.loop import Deliveries
from services.partners.streams.stream.actions.history import Histories
from services.partners.streams.stream.actions.proving import PROVEN_ONLY
from services.partners.streams.stream.actions.reading import marks
from services.registry import parts_of
from shared.events.envelope import Announcement
from shared.exchange import cursor, eventlog, forgeries, unproven
from shared.exchange.cursor import cursors
from shared.exchange.digests import REMEMBERED, digests
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.follower.apply import Application
from shared.exchange.follower.examining import Examiner
from shared.exchange.rebuild import Rebuilder, ask_if_doubted, requests
from shared.exchange.rebuild.tables import rebuilds
from shared.store.database import Database
from tests.kit.agency_queues import AgencyBroker, agency_broker
from tests.kit.builders import an_event
from tests.kit.harness import Harness, harness
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.queue_readers import Reader
from tests.kit.receivers import receiving
from tests.kit.told_agencies import OPENED, Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
SOURCE = "intake"
#: Beyond what is remembered, so that slots are in use a second time.
POSITION = 3 * REMEMBERED + 7
_WHOLE = {
    "language": "bg",
    "anonymous": False,
    "age": "adult",
    "opened_on": date(2026, 3, 2),
    "urgent_needs": [],
}
_CONSENT = {
    "purposes": ["referral_for_support"],
    "data_categories": ["account", "contact_safe"],
    "language": "en",
    "granted_on": "2026-03-02",
    "expires_on": "2026-09-01",
}


@dataclass
class Proving:
    """Partners that compares what it applies, and an agency that two people have agreed to."""

    partners: Harness
    told: Told = field(init=False)
    agency: ToldAgency = field(init=False)
    first: UUID = field(init=False)
    second: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.told = Told(self.partners)
        self.agency = self.told.agency()
        self.first, self.second = (self._agreed() for _ in range(2))
        self.partners.database.provide(PROVEN_ONLY, True)
        with self.partners.database.transaction() as session:
            session.execute(delete(cursors))
            for source in (SOURCE, "legal"):
                at = {"position": POSITION, "verified": POSITION}
                session.execute(insert(cursors).values(source=source, epoch=uuid4(), **at))

    def _agreed(self) -> UUID:
        case = self.told.case()
        self.told.consent(case, self.agency)
        return case

    def applies(self, case: UUID, source: str = SOURCE) -> None:
        """Store that the follower has applied one more event of a case."""
        own = update(cursors).where(cursors.c.source == source)
        with self.partners.database.transaction() as session:
            moved = own.values(position=cursors.c.position + 1).returning(cursors.c.position)
            position = session.execute(moved).scalar_one()
            row = {"source": source, "slot": position % REMEMBERED, "position": position, "subject": case}
            session.execute(insert(digests).values(**row, digest=bytes(32)))

    def confirms(self) -> None:
        """Store that the feed has confirmed everything."""
        with self.partners.database.transaction() as session:
            session.execute(update(cursors).values(verified=cursors.c.position))

    def waiting(self) -> unproven.Unproven:
        with self.partners.database.transaction() as session:
            return unproven.read(session)

    def mark(self) -> str:
        with self.partners.database.transaction() as session:
            return marks(session, [UUID(self.agency.id)])[UUID(self.agency.id)]


@pytest.fixture
def proving(postgres: servers.PostgresServer) -> Iterator[Proving]:
    with harness("partners", postgres) as partners:
        yield Proving(partners)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as opened:
        yield opened


@pytest.mark.promise("SEC-127")
@pytest.mark.hazard("H-AGENCY-20", control="proof-before-delivery")
def test_a_feed_ends_before_what_waits_for_its_proof_and_goes_on_after_it(proving: Proving) -> None:
    whole = proving.agency.feed()
    assert len(whole) == 2
    proving.applies(proving.second)
    reply = proving.agency.ask("/v1/feed", after=0)
    assert [each["id"] for each in reply.get_json()] == [whole[0]["id"]]
    assert reply.headers["Casepath-Head"] == "1"
    assert proving.agency.feed(after=1) == []
    proving.confirms()
    assert proving.agency.feed() == whole


@pytest.mark.promise("SEC-127")
@pytest.mark.hazard("H-AGENCY-20", control="proof-before-delivery")
def test_nothing_overtakes_what_waits(proving: Proving) -> None:
    proving.applies(proving.first)
    assert proving.agency.feed() == []
    assert len(proving.agency.feed(after=1)) == 1, "the other person's event is no later one of the first"


def test_an_event_of_one_source_does_not_wait_for_another_one(proving: Proving) -> None:
    whole = proving.agency.feed()
    proving.applies(proving.first, "legal")
    assert proving.agency.feed() == whole, "legal can be away for long, and opens nothing"
    proving.applies(proving.first)
    assert proving.agency.feed() == []


@pytest.mark.promise("SEC-127")
def test_an_event_is_asked_for_again_while_it_waits(proving: Proving) -> None:
    name = proving.agency.feed()[0]["id"]
    proving.applies(proving.first)
    reply = proving.agency.ask(f"/v1/events/{name}")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "1")
    proving.confirms()
    assert proving.agency.ask(f"/v1/events/{name}").status_code == 200


@pytest.mark.hazard("H-AGENCY-20", control="proof-before-delivery")
def test_a_forgery_that_was_found_opens_nothing_until_all_is_built_again(proving: Proving) -> None:
    database, first = proving.partners.database, proving.first
    with database.transaction() as session:
        forgeries.doubt(session, {first})
    waiting = proving.waiting()
    assert (waiting.includes(first), waiting.includes(proving.second)) == (True, False)
    assert proving.agency.feed() == []
    with database.transaction() as session:
        assert forgeries.take_doubted(session) == [first]
        requests.request(session, "partners", subject=first)
    assert proving.agency.feed() == []
    with database.transaction() as session:
        session.execute(update(rebuilds).values(ended_at=datetime.now(UTC)))
        requests.request(session, "an operator", projection="team")
    assert not proving.waiting(), "one projection is no ground"
    with database.transaction() as session:
        requests.request(session, "partners")
    assert proving.waiting().includes(proving.second), "many were affected: everything is built again"
    assert proving.agency.feed() == []


def test_who_waits_for_the_feed_is_answered_once_the_proof_is_there(proving: Proving) -> None:
    settled = proving.mark()
    proving.applies(proving.second)
    waiting = proving.mark()
    proving.confirms()
    assert settled == proving.mark() != waiting
    proving.applies(uuid4())
    assert proving.mark() == settled, "nobody is woken for a person that the agency does not know"
    with proving.partners.database.transaction() as session:
        requests.request(session, "partners")
    assert proving.mark() != settled
    with proving.partners.database.transaction() as session:
        session.execute(update(rebuilds).values(ended_at=datetime.now(UTC)))
    assert proving.mark() == settled


@pytest.mark.promise("SEC-127")
@pytest.mark.hazard("H-AGENCY-20", control="proof-before-delivery")
def test_a_forged_consent_opens_nothing_before_it_is_found_and_nothing_after_it(
    postgres: servers.PostgresServer, database: Database
) -> None:
    case = uuid4()
    with database.transaction(ORIGIN.holding(Origin(parts_of(SOURCE)[0].following.emits))) as session:
        epoch = eventlog.begin_epoch_if_restored(session).epoch
        eventlog.record(session, case, [Announcement("contact.opened", {**OPENED, **_WHOLE})])
    with harness("partners", postgres) as partners:
        told, following = Told(partners), partners.parts.following
        agency, feed, own = told.agency(), LogFeed(database), partners.database
        application = Application(own, following)
        examiner = Examiner(own, application, feed)
        application.take(SOURCE, feed.fetch(SOURCE, after=0).events)
        examiner.verify(SOURCE)
        own.provide(PROVEN_ONLY, False)
        data = {**_CONSENT, "consent": str(uuid4()), "agency": agency.id}
        forged = an_event(name="consent.granted", version=2, subject=case, position=2, epoch=epoch, data=data)
        application.take(SOURCE, [forged], confirmed=())
        Histories(own, following.emits, feed).tell_all()
        assert agency.types() == ["intake.contact.opened"], "without the proof, it would be outside"
        own.provide(PROVEN_ONLY, True)
        assert agency.feed() == []
        examiner.verify(SOURCE)
        assert agency.feed() == []
        with own.transaction() as session:
            state = cursor.read_state(session, SOURCE)
        assert [examiner.look_at_head(SOURCE, state, 1) for _ in range(2)] == [False, True]
        assert agency.feed() == [], "it was found, and is still in the read models"
        with own.transaction() as session:
            ask_if_doubted(session, following)
        assert agency.feed() == []
        url = own.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with running(Rebuilder(own, following, application, feed, url)):
            wait_until(agency.feed, "the agency is served again", 60)
        assert set(agency.types()) == {"partners.position.emptied"}


@pytest.mark.promise("SEC-127")
@pytest.mark.hazard("H-AGENCY-20", control="proof-before-delivery")
def test_webhooks_and_queues_wait_for_the_proof_and_go_on(proving: Proving, broker: AgencyBroker) -> None:
    told, shelter, database = proving.told, proving.agency, proving.partners.database
    proving.applies(proving.second)
    loop = Deliveries(database, lambda: datetime.now(UTC) + timedelta(minutes=1))
    with receiving() as receiver, broker.asking(database), broker.lane(database), running(loop):
        reader = Reader(told, shelter, broker)
        told.operator.told("POST", f"/v1/agencies/{shelter.id}/webhooks", {"url": receiver.url, "after": 0}, 201)
        wait_until(lambda: len(receiver.sent) == 1, "what is proven is sent")
        wait_until(lambda: reader.shown["sequence"] is not None, "its queue had a turn, too")
        with database.transaction() as session:
            page = STREAMS.read(session, UUID(shelter.id), 0, 10)
        assert ([each.sequence for each in page.items], page.head) == ([1], 1)
        assert len(receiver.sent) == 1
        proving.confirms()
        wait_until(lambda: len(receiver.sent) == 2, "the webhook goes on")
        reader.wait_for(2)

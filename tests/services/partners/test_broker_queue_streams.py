"""An agency's queue contains the bytes of the feed, and no messages once access has ended."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from deploy.cli import servers
from services.partners.channels.broker_queue.actions import lane, streams
from tests.kit.agency_queues import AgencyBroker, agency_broker
from tests.kit.harness import Harness, harness
from tests.kit.queue_readers import Reader
from tests.kit.told_agencies import Told
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration
CLOSED = {"reason": "goals_met", "closed_on": "2026-03-02", "although_open": []}


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        yield found


@pytest.fixture
def reader(broker: AgencyBroker, partners: Harness) -> Iterator[Reader]:
    told = Told(partners)
    with broker.asking(partners.database), broker.lane(partners.database):
        yield Reader(told, told.agency(), broker)


def types(documents: list[bytes]) -> list[str]:
    return [str(json.loads(each)["type"]).removeprefix("org.casepath.").rpartition(".v")[0] for each in documents]


def test_the_queue_has_the_bytes_of_the_feed(reader: Reader) -> None:
    case = reader.told.case()
    reader.told.consent(case, reader.agency)
    reader.told.hear(case, "case.closed", CLOSED)
    reader.wait_for(2)
    feed = reader.agency.ask("/v1/feed", after=0, limit=200).get_data()
    assert b"[" + b",".join(reader.read()) + b"]" == feed


@pytest.mark.promise("BROKER-12")
def test_the_feed_has_what_a_reader_purged_from_its_queue(reader: Reader) -> None:
    case = reader.told.case()
    reader.told.consent(case, reader.agency)
    reader.wait_for(1)
    connection = reader.connected()
    assert connection.channel().queue_purge(str(reader.shown["queue"])) == 1
    connection.close()
    reader.told.hear(case, "case.closed", CLOSED)
    reader.wait_for(2)
    assert [json.loads(each)["sequence"] for each in reader.read()] == [f"{2:020}"]
    missed = reader.agency.ask("/v1/feed", after=0, limit=1).get_json()
    assert [each["sequence"] for each in missed] == [f"{1:020}"]


def test_that_a_stream_has_grown_shows_in_one_number(partners: Harness) -> None:
    def stand() -> object:
        return partners.database.ask(f"select ({streams.STREAMS.stand}) as stand")["stand"]

    told, nothing = Told(partners), stand()
    agency, case = told.agency(), told.case()
    told.consent(case, agency)
    one = stand()
    told.hear(case, "case.closed", CLOSED)
    assert len({nothing, one, stand()}) == 3
    assert stand() == stand()


def test_what_another_process_tells_is_in_the_queue_long_before_the_next_round(
    broker: AgencyBroker, partners: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "POLL_SECONDS", 3_600.0)
    monkeypatch.setattr(type(partners.database), "after_recording", lambda _database, _wake: None)
    told = Told(partners)
    with broker.asking(partners.database), broker.lane(partners.database):
        reader, case = Reader(told, told.agency(), broker), told.case()
        told.consent(case, reader.agency)
        reader.wait_for(1)
        told.hear(case, "case.closed", CLOSED)
        reader.wait_for(2)


def test_a_withdrawn_consent_takes_away_what_waits_and_is_told_itself(reader: Reader) -> None:
    case = reader.told.case()
    consent = reader.told.consent(case, reader.agency)
    reader.told.hear(case, "case.closed", CLOSED)
    reader.wait_for(2)
    reader.told.withdraw(case, reader.agency, consent)
    reader.wait_for(3)
    wait_until(lambda: not reader.waits(), "what waited is gone")
    assert types(reader.read()) == ["intake.consent.withdrawn"]
    assert [each["sequence"] for each in reader.agency.feed()] == [f"{each:020}" for each in (1, 2, 3)], "the feed"


def test_an_exclusion_takes_away_what_waits(reader: Reader) -> None:
    case = reader.told.case()
    reader.told.consent(case, reader.agency)
    reader.told.hear(case, "case.closed", CLOSED)
    reader.wait_for(2)
    data = {"exclusion": str(uuid4()), "kind": "agency", "member": None, "agency": reader.agency.id}
    reader.told.hear(case, "exclusion.recorded", data, version=2)
    wait_until(lambda: not reader.waits(), "what waited is gone")
    assert reader.read() == []


def test_a_withdrawal_takes_away_nothing_of_an_agency_that_it_does_not_concern(
    reader: Reader, broker: AgencyBroker
) -> None:
    other, case = Reader(reader.told, reader.told.agency(), broker), reader.told.case()
    for each in (reader, other):
        reader.told.consent(reader.told.case(), each.agency)
    theirs = reader.told.consent(case, reader.agency)
    reader.wait_for(2)
    other.wait_for(1)
    reader.told.withdraw(case, reader.agency, theirs)
    reader.wait_for(3)
    assert types(other.read()) == ["intake.consent.granted"]


def test_an_agency_looks_at_its_own_queue_and_at_no_other(reader: Reader, broker: AgencyBroker) -> None:
    other = Reader(reader.told, reader.told.agency(), broker)
    own = reader.agency.ask(reader.path)
    assert own.get_json()["queue"] == reader.shown["queue"]
    assert reader.agency.ask(other.path).status_code == 404

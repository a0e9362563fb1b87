"""An agency's broker queue: its messages, its readers, and the deletion of messages."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import amqp
import pytest

from deploy.cli import servers
from services.partners.channels.broker_queue.actions import ending, filling, opening, signing_in
from services.partners.streams.ground.models import CaseLaw, Ground
from shared.exchange.broker import AGENCIES_VHOST, AgencyQueues, BrokerUnsure
from shared.exchange.broker.link import Link
from shared.exchange.broker.topology import Binding, bind
from tests.kit.agency_queues import Agency, AgencyBroker, Streams, agency_broker, taken, turn
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.waiting import wait_until

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgencyBroker]:
    with agency_broker(tmp_path_factory.mktemp("agencies")) as running:
        yield running


@pytest.fixture
def partners(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("partners", postgres) as found:
        found.move_clock(Agency.AGREED_AT)
        yield found


@pytest.fixture
def operator(partners: Harness) -> Client:
    return partners.staff("operator")


@pytest.fixture
def streams() -> Streams:
    return Streams()


@pytest.fixture
def agency(partners: Harness, operator: Client) -> Agency:
    return Agency(partners, operator)


@pytest.fixture
def reader(broker: AgencyBroker, partners: Harness, agency: Agency) -> Iterator[amqp.Connection]:
    with broker.asking(partners.database):
        connection = broker.signed_in(agency.user, agency.key)
        yield connection
        connection.collect()


def sequences(messages: list[amqp.Message]) -> list[int]:
    return [int(json.loads(message.body)["sequence"]) for message in messages]


def test_what_is_in_the_stream_comes_into_the_queue_in_order_and_byte_for_byte(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 250)
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 250, "all is confirmed")
    messages = taken(reader, agency.queue)
    assert [message.body for message in messages] == [streams.document(agency.id, each) for each in range(1, 251)]
    first = messages[0]
    assert first.properties["content_type"] == "application/cloudevents+json"
    assert first.properties["delivery_mode"] == 2
    assert first.headers["cloudEvents_sequence"] == f"{1:020}"
    assert first.headers["cloudEvents_type"] == first.properties["type"] == "org.casepath.intake.referral.sent.v1"
    assert first.headers["cloudEvents_id"] == first.properties["message_id"]


def test_the_mark_moves_after_the_confirm_so_that_a_lane_that_was_killed_sends_again(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 3)
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)  # the process is killed before it updates the position
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 3, "all is confirmed")
    assert sequences(taken(reader, agency.queue)) == [1, 2, 3, 1, 2, 3]


def test_nothing_goes_into_a_queue_without_an_agreement_and_what_was_in_it_is_gone(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 3)
    queue = agency.queue
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 3, "all is confirmed")
        agency.operator.told("POST", f"{agency.agreement}/suspension", {"reason": "data_breach"})
        streams.add(agency.id, 3)
        wait_until(lambda: is_gone(reader, queue), "the queue is gone")
    assert agency.shown()["serves"] is False
    assert agency.shown()["sequence"] == 3
    with pytest.raises(amqp.AccessRefused):
        broker.signed_in(agency.user, agency.key)


def test_a_suspended_agency_is_served_again_behind_its_mark_once_it_takes_part_again(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 3)
    queue = agency.queue
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 3, "all is confirmed")
        agency.operator.told("POST", f"{agency.path}/suspension", {"reason": "safeguarding_concern"})
        wait_until(lambda: is_gone(reader, queue), "the queue is gone")
        streams.add(agency.id, 2)
        version = agency.operator.ask("GET", agency.path).headers["ETag"]
        agency.operator.told("POST", f"{agency.path}/resumption", If_Match=version)
        wait_until(lambda: agency.shown()["sequence"] == 5, "it goes on")
    assert sequences(taken(reader, queue)) == [4, 5]


def is_gone(connection: amqp.Connection, queue: str) -> bool:
    try:
        connection.channel().queue_declare(queue, passive=True)
    except amqp.NotFound:
        return True
    return False


def test_what_waits_is_gone_after_a_purge_also_what_a_reader_holds_unacknowledged(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 5)
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 5, "all is confirmed")
        held = reader.channel()
        assert held.basic_get(agency.queue) is not None
        with partners.database.transaction() as session:
            opening.purge(session, agency.id)
        wait_until(lambda: not waits(partners, agency), "it was emptied")
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 6, "it goes on behind its mark")
        reader.collect()  # the broker would redeliver its earlier messages now
    again = broker.signed_in(agency.user, agency.key)
    assert sequences(taken(again, agency.queue)) == [6]
    again.collect()


def waits(partners: Harness, agency: Agency) -> bool:
    with partners.database.transaction() as session:
        return opening.waits_for_purge(session, agency.id)


def test_a_consumer_is_told_when_its_queue_is_emptied_and_can_read_on(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id)
    cancelled: list[str] = []
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 1, "it is confirmed")
        channel = reader.channel()
        channel.basic_consume(agency.queue, callback=lambda _message: None, on_cancel=cancelled.append)
        with partners.database.transaction() as session:
            opening.purge(session, agency.id)
        wait_until(lambda: drained(reader) or bool(cancelled), "it is told")
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 2, "it goes on")
    assert sequences(taken(reader, agency.queue)) == [2]


def drained(connection: amqp.Connection) -> bool:
    try:
        connection.drain_events(timeout=0.2)
    except TimeoutError:
        return False
    return False


def test_nobody_reads_under_the_old_name_after_a_renaming(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 2)
    old = agency.queue
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 2, "all is confirmed")
        agency.rename()
        wait_until(lambda: is_gone(reader, old), "the old one is gone")
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 3, "it goes on")
    assert agency.queue != old
    assert sequences(taken(reader, agency.queue)) == [3]


def test_a_closed_queue_is_gone_and_its_agency_is_refused(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id)
    queue = agency.queue
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 1, "it is confirmed")
        agency.operator.told("POST", f"{agency.path}/broker-queue/closing")
        wait_until(lambda: is_gone(reader, queue), "the queue is gone")
    with pytest.raises(amqp.AccessRefused):
        broker.signed_in(agency.user, agency.key)


def test_a_queue_that_the_broker_lost_is_filled_again(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 3)
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 3, "all is confirmed")
        operators = operator_of(broker)
        operators.channel().queue_delete(agency.queue)
        operators.close()
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 4, "it is filled again", 30)
    assert sequences(taken(reader, agency.queue)) == [1, 2, 3, 4]


def operator_of(broker: AgencyBroker) -> amqp.Connection:
    password = broker.server.amqp_uri.partition("://")[2].partition("@")[0].partition(":")[2]
    connection = amqp.Connection(f"127.0.0.1:{broker.server.port}", "casepath", password, virtual_host=AGENCIES_VHOST)
    connection.connect()
    return connection


def test_one_connection_fills_the_queues_and_a_second_waits_for_its_end(broker: AgencyBroker) -> None:
    with broker.queues(), pytest.raises(BrokerUnsure):
        AgencyQueues(broker.publisher)
    wait_until(lambda: can_connect(broker), "the next one comes")


def can_connect(broker: AgencyBroker) -> bool:
    try:
        with broker.queues():
            return True
    except BrokerUnsure:
        return False


def publish(exchange: str, topic: str) -> Callable[[amqp.Channel, "Agency"], object]:
    def attempt(channel: amqp.Channel, agency: Agency) -> None:
        channel.confirm_select()
        channel.basic_publish_confirm(amqp.Message(b"{}"), exchange=exchange, routing_key=topic or agency.queue)

    return attempt


ATTEMPTS: dict[str, Callable[[amqp.Channel, Agency], object]] = {
    "publish into its own queue": publish("", ""),
    "publish by an exchange of the broker's own": publish("amq.topic", "anything"),
    "declare its queue": lambda channel, agency: channel.queue_declare(agency.queue, durable=True),
    "declare another": lambda channel, _: channel.queue_declare("tap", durable=True),
    "declare one that the broker names": lambda channel, _: channel.queue_declare("", exclusive=True),
    "declare an exchange": lambda channel, _: channel.exchange_declare("tap", "topic"),
    "bind its queue": lambda channel, agency: channel.queue_bind(agency.queue, "amq.topic", routing_key="#"),
    "unbind its queue": lambda channel, agency: channel.queue_unbind(agency.queue, "amq.topic", routing_key="#"),
    "delete its queue": lambda channel, agency: channel.queue_delete(agency.queue),
    "hold the publisher's lock": lambda channel, _: channel.queue_declare("agency.publisher", exclusive=True),
    "bind exchanges": lambda channel, _: channel.exchange_bind("amq.topic", "amq.fanout", routing_key="#"),
}


@pytest.mark.promise("BROKER-7")
@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_an_agency_may_read_its_queue_and_nothing_else(
    attempt: Callable[[amqp.Channel, Agency], object],
    broker: AgencyBroker,
    partners: Harness,
    agency: Agency,
    streams: Streams,
    reader: amqp.Connection,
) -> None:
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
    with pytest.raises(amqp.AccessRefused):
        attempt(reader.channel(), agency)


OF_ANOTHER: dict[str, Callable[[amqp.Channel, str], object]] = {
    "consume": lambda channel, queue: channel.basic_consume(queue),
    "get": lambda channel, queue: channel.basic_get(queue),
    "purge": lambda channel, queue: channel.queue_purge(queue),
    "delete": lambda channel, queue: channel.queue_delete(queue),
    "bind": lambda channel, queue: channel.queue_bind(queue, "amq.topic", routing_key="#"),
}


@pytest.mark.parametrize("attempt", OF_ANOTHER.values(), ids=OF_ANOTHER.keys())
def test_an_agency_is_refused_another_ones_queue_even_if_it_learnt_the_name(
    attempt: Callable[[amqp.Channel, str], object],
    broker: AgencyBroker,
    partners: Harness,
    operator: Client,
    streams: Streams,
    reader: amqp.Connection,
) -> None:
    other = Agency(partners, operator)
    streams.add(other.id)
    with broker.queues() as queues:
        turn(partners.database, queues, streams, other.id)
    with pytest.raises(amqp.AccessRefused):
        attempt(reader.channel(), other.queue)


def test_how_much_waits_for_another_is_not_found_out_by_its_id(
    broker: AgencyBroker, partners: Harness, operator: Client, streams: Streams, reader: amqp.Connection
) -> None:
    other = Agency(partners, operator)
    streams.add(other.id)
    with broker.queues() as queues:
        turn(partners.database, queues, streams, other.id)
    for guess in (f"agency.{other.id}", f"agency.{other.id}.events", f"agency.{other.id}."):
        with pytest.raises(amqp.NotFound):
            reader.channel().queue_declare(guess, passive=True)


@pytest.mark.usefixtures("reader")
def test_who_is_no_agency_or_has_no_key_does_not_come_in(broker: AgencyBroker, agency: Agency) -> None:
    user, key = agency.user, agency.key
    by_name = [(user, key[:-1]), (user, ""), (user.upper(), key), (str(uuid4()), key), (str(agency.id), key)]
    services = [(name, key) for name in ("partners", "intake", "casepath", "guest")]
    for user, key in [*by_name, *services, ("guest", "guest"), agency.make_key(scopes=["administering"])]:
        with pytest.raises(amqp.AccessRefused):
            broker.signed_in(user, key)


@pytest.mark.usefixtures("reader")
def test_a_key_that_is_bound_to_addresses_is_so_at_the_broker(broker: AgencyBroker, agency: Agency) -> None:
    broker.signed_in(*agency.make_key(networks=["127.0.0.0/8"])).close()
    with pytest.raises(amqp.NotAllowed):
        broker.signed_in(*agency.make_key(networks=["192.0.2.0/24"]))


def test_who_reads_with_a_key_that_is_revoked_is_cut_off(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 2)
    never_used = agency.make_key()[0]
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 2, "all is confirmed")
        began, old = reader.channel(), agency.queue
        assert began.basic_get(old) is not None
        agency.operator.told("DELETE", f"{agency.path}/keys/{never_used}", None, 204)
        agency.operator.told("DELETE", f"{agency.path}/keys/{agency.user}", None, 204)
        with pytest.raises(amqp.AccessRefused):
            broker.signed_in(agency.user, agency.key)
        wait_until(lambda: agency.queue != old and is_gone(reader, old), "it is another queue")
        name = agency.queue
        for queue in (old, name):
            with pytest.raises((amqp.AccessRefused, amqp.NotFound, amqp.RecoverableConnectionError)):
                began.basic_get(queue)
        agency.rename()
        assert agency.queue != name, "an administrator may have it once more"


def test_a_key_that_never_read_leaves_the_queue_its_name_when_it_is_revoked(
    partners: Harness, agency: Agency, broker: AgencyBroker, streams: Streams
) -> None:
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
        before = agency.queue
        agency.operator.told("DELETE", f"{agency.path}/keys/{agency.user}", None, 204)
        look_for_endings(partners)
        assert agency.queue == before


def look_for_endings(partners: Harness) -> list[UUID]:
    """Do the work that the loop does twice a second; return the agencies whose queues must be emptied."""
    with partners.database.transaction() as session:
        agencies = ending.due(session)
    for agency in agencies:
        with partners.database.transaction() as session:
            ending.bring_on(session, agency)
    with partners.database.transaction() as session:
        return filling.to_be_emptied(session)


@pytest.mark.parametrize(("hour", "is_over"), [(22, False), (23, True)])
def test_a_consent_that_ends_by_its_day_has_the_queue_emptied_at_the_hour_of_its_law(
    hour: int, *, is_over: bool, partners: Harness, agency: Agency, broker: AgencyBroker, streams: Streams
) -> None:
    case, last_day = uuid4(), Agency.AGREED_AT.date() + timedelta(days=7)
    with partners.database.transaction() as session:
        session.add(CaseLaw(case_id=case, jurisdiction="NL"))
        covering = {"purposes": ["referral_for_support"], "data_categories": ["contact_safe"]}
        days = {"since": Agency.AGREED_AT.date(), "until": last_day}
        session.add(Ground(id=uuid4(), case_id=case, agency=agency.id, kind="consent", **covering, **days))
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
    assert look_for_endings(partners) == [], "nothing has ended yet"
    partners.move_clock(datetime(2026, 3, 9, hour, 30, tzinfo=UTC))
    assert look_for_endings(partners) == ([agency.id] if is_over else []), "the tenth begins at 23 UTC in Amsterdam"
    assert look_for_endings(partners) == ([agency.id] if is_over else []), "once"


def test_an_agreement_beside_another_that_ends_by_its_day_has_the_queue_emptied(
    partners: Harness, agency: Agency, broker: AgencyBroker, streams: Streams
) -> None:
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
    look_for_endings(partners)
    partners.move_clock(datetime(2027, 3, 2, 12, tzinfo=UTC))
    assert look_for_endings(partners) == [agency.id]


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("vhost", ["casepath", "/"])
def test_an_agency_enters_no_other_virtual_host(vhost: str, broker: AgencyBroker, agency: Agency) -> None:
    with pytest.raises(amqp.NotAllowed):
        broker.signed_in(agency.user, agency.key, vhost)


class Greedy(amqp.Connection):
    """A client that asks for `more` channels than the broker offers."""

    more = 0

    def _on_tune(self, channel_max: int, frame_max: int, server_heartbeat: int, argsig: str = "BlB") -> None:
        super()._on_tune(channel_max + self.more, frame_max, server_heartbeat, argsig)


@pytest.mark.promise("BROKER-10")
def test_a_connection_has_16_channels_and_one_that_asks_for_more_is_refused(
    broker: AgencyBroker, agency: Agency, reader: amqp.Connection
) -> None:
    channels = [reader.channel() for _ in range(16)]
    assert len({channel.channel_id for channel in channels}) == 16
    with pytest.raises(amqp.ResourceError):
        reader.channel()
    address = f"127.0.0.1:{broker.server.port}"
    modest, greedy = (
        Greedy(address, agency.user, agency.key, virtual_host=AGENCIES_VHOST, read_timeout=10) for _ in range(2)
    )
    modest.connect()
    modest.collect()
    greedy.more = 1
    with pytest.raises(ConnectionError):  # the broker closes it before it is open, without a word
        greedy.connect()
    assert not greedy.connected


@pytest.mark.promise("BROKER-11")
@pytest.mark.hazard("H-AGENCY-21", control="openings-per-key")
@pytest.mark.usefixtures("reader")
def test_a_key_opens_so_many_connections_and_another_key_is_undisturbed(
    broker: AgencyBroker, operator: Client, partners: Harness, agency: Agency
) -> None:
    own, other = agency.make_key(), Agency(partners, operator)
    opened = [broker.signed_in(*own) for _ in range(signing_in.OPENINGS.count)]
    with pytest.raises(amqp.NotAllowed):
        broker.signed_in(*own)
    # Neither its agency's other key nor another agency is refused.
    opened += [broker.signed_in(agency.user, agency.key), broker.signed_in(other.user, other.key)]
    for connection in opened:
        assert connection.connected
        connection.collect()


@pytest.mark.promise("BROKER-12")
def test_a_purge_by_a_reader_loses_nothing(
    broker: AgencyBroker, partners: Harness, agency: Agency, streams: Streams, reader: amqp.Connection
) -> None:
    streams.add(agency.id, 5)
    with broker.lane(partners.database, streams):
        wait_until(lambda: agency.shown()["sequence"] == 5, "all is confirmed")
        assert reader.channel().queue_purge(agency.queue) == 5
        streams.add(agency.id)
        wait_until(lambda: agency.shown()["sequence"] == 6, "it goes on")
        assert sequences(taken(reader, agency.queue)) == [6], "the gap shows"
        for step in ("closing", ""):
            agency.operator.told("POST", f"{agency.path}/broker-queue/{step}".rstrip("/"))
        wait_until(lambda: agency.shown()["sequence"] == 6, "it is filled from the first event that it can hold")
    assert sequences(taken(reader, agency.queue)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.promise("BROKER-10")
def test_questions_about_missing_queues_and_exchanges_leave_no_channel_open(broker: AgencyBroker) -> None:
    with broker.queues() as queues:
        assert {queues.depth(f"agency.{uuid4()}") for _ in range(40)} == {None}
        assert len(queues.connection.channels) == 2, "the connection's own and that for messages"
        missing = Binding("nothing", "#")
        publisher = Link(broker.server.amqp_uri, name="operator")
        try:
            publisher.channel.queue_declare("own.inbox", durable=True, auto_delete=False)
            assert [bind(publisher, "own.inbox", [missing]) for _ in range(40)] == [[missing]] * 40
        finally:
            publisher.cut()


def test_while_partners_is_away_no_agency_comes_in_and_every_service_does(broker: AgencyBroker, agency: Agency) -> None:
    with pytest.raises(amqp.AccessRefused):
        broker.signed_in(agency.user, agency.key)
    for service in ("intake", "legal", "support", "partners"):
        uri = broker.server.service_uri(service)
        password = uri.partition("://")[2].partition("@")[0].partition(":")[2]
        broker.signed_in(service, password, "casepath").close()


@pytest.mark.promise("BROKER-6")
@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel, queue: channel.basic_get(queue),
        lambda channel, queue: channel.queue_purge(queue),
        lambda channel, queue: channel.basic_consume(queue),
        lambda channel, _: channel.queue_declare("tap", durable=True),
        lambda channel, queue: channel.queue_bind(queue, "amq.topic", routing_key="#"),
        lambda channel, _: channel.exchange_declare("agencies", "topic"),
    ],
    ids=["get", "purge", "consume", "declare", "bind", "exchange"],
)
def test_the_account_that_publishes_reads_no_queue(
    attempt: Callable[[amqp.Channel, str], object],
    broker: AgencyBroker,
    partners: Harness,
    agency: Agency,
    streams: Streams,
) -> None:
    with broker.queues() as queues:
        turn(partners.database, queues, streams, agency.id)
        with pytest.raises(amqp.AccessRefused):
            attempt(queues.connection.channel(), agency.queue)

"""The agencies' queues at a private broker: a hand-made stream, the lane, and authentication."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import amqp
from sqlalchemy.orm import Session

from deploy.cli import servers
from deploy.cli.servers import RabbitServer
from deploy.cli.servers.rabbitmq import AgenciesListener, Node
from services.partners.channels.broker_queue.actions import filling
from services.partners.channels.broker_queue.actions.lane import Lane
from services.partners.channels.broker_queue.actions.signing_in import SignIn
from services.partners.channels.broker_queue.actions.streams import STREAMS
from shared.exchange.broker import AGENCIES_VHOST, AgencyQueues
from shared.http import FormListener
from shared.store.database import Database
from tests.kit.client import Client
from tests.kit.harness import Harness
from tests.kit.loops import listening, running
from tests.kit.private_servers import folder_for

READING = {"purpose": "production", "scopes": ["reading"]}
AGREED = {
    "purposes": ["referral_for_support"],
    "data_categories": ["contact_safe"],
    "jurisdictions": ["NL"],
    "first_day": "2026-03-02",
    "last_day": "2027-03-01",
    "reference": "Fictitious binder Qzxv",
}


@dataclass(frozen=True)
class Written:
    """An event of a stream."""

    sequence: int
    document: bytes
    event: UUID | None = None


@dataclass(frozen=True)
class StreamPage:
    """A page of a stream."""

    items: Sequence[Written]
    head: int


@dataclass
class Streams:
    """Hand-made streams of agencies. A withheld event leaves an empty entry at its position."""

    heads: dict[UUID, int] = field(default_factory=dict)
    withheld: set[tuple[UUID, int]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, agency: UUID, count: int = 1) -> None:
        """Append events."""
        with self.lock:
            self.heads[agency] = self.heads.get(agency, 0) + count

    def document(self, agency: UUID, sequence: int) -> bytes:
        """Return one event, the same each time."""
        is_empty = (agency, sequence) in self.withheld
        event = {
            "specversion": "1.0",
            "id": str(UUID(int=agency.int ^ sequence)),
            "source": "/casepath/intake",
            "type": "org.casepath.intake.referral.sent.v1",
            "subject": str(UUID(int=agency.int ^ 7 << 100)),
            "time": "2026-03-02T09:00:00Z",
            "sequence": f"{sequence:020}",
            "datacontenttype": "application/json",
            "data": {} if is_empty else {"number": sequence},
        }
        return json.dumps(event, separators=(",", ":")).encode()

    @property
    def for_lane(self) -> filling.Streams:
        """Return the streams as the lane reads them.

        No database reports that they grow, so the lane polls on its own schedule.
        """
        return filling.Streams(self.read, self.heads_of, "select 0")

    def heads_of(self, _session: Session) -> dict[UUID, int]:
        """Return the head of each stream."""
        with self.lock:
            return dict(self.heads)

    def read(self, _session: Session, agency: UUID, after: int, limit: int) -> StreamPage:
        """Read a stream as the lane does."""
        with self.lock:
            head = self.heads.get(agency, 0)
        places = range(after + 1, min(head, after + limit) + 1)
        return StreamPage([Written(each, self.document(agency, each)) for each in places], head)


@dataclass
class AgencyBroker:
    """A broker that asks the test to authenticate agencies."""

    server: RabbitServer
    sign_in_port: int
    tls_port: int = 0

    @property
    def publisher(self) -> str:
        """Return the address with the account that publishes to agencies."""
        return self.server.service_uri("partners", AGENCIES_VHOST)

    def signed_in(self, user: str, key: str, vhost: str = AGENCIES_VHOST) -> amqp.Connection:
        """Connect with an agency's key. Raises the library's error if the broker refuses."""
        address = f"127.0.0.1:{self.server.port}"
        connection = amqp.Connection(address, user, key, virtual_host=vhost, read_timeout=10)
        connection.connect()
        return connection

    @contextmanager
    def asking(self, database: Database) -> Iterator[None]:
        """Answer the broker's questions until the block ends."""
        listener = FormListener(f"127.0.0.1:{self.sign_in_port}", SignIn(database))
        with listening(listener, self.sign_in_port):
            yield

    @contextmanager
    def lane(self, database: Database, streams: Streams | None = None) -> Iterator[Lane]:
        """Fill the queues until the block ends: from hand-made streams, or else from the streams of partners."""
        lane = Lane(database, self.publisher, STREAMS if streams is None else streams.for_lane)
        with running(lane):
            yield lane

    @contextmanager
    def queues(self) -> Iterator[AgencyQueues]:
        """Yield the one connection that publishes."""
        queues = AgencyQueues(self.publisher)
        try:
            yield queues
        finally:
            queues.cut()


class Agency:
    """An agency with an agreement, a queue and a key."""

    AGREED_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
    EXAMPLE = UUID("0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57")

    def __init__(self, partners: Harness, operator: Client) -> None:
        entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
        self.operator = operator
        self.path = f"/v1/agencies/{operator.told('POST', '/v1/agencies', entry, 201)['id']}"
        self.id = UUID(self.path.rpartition("/")[2])
        agreement = operator.told("POST", f"{self.path}/agreements", AGREED, 201)["id"]
        self.agreement = f"{self.path}/agreements/{agreement}"
        version = operator.ask("GET", self.agreement).headers["ETag"]
        officer = partners.staff("data_protection_officer")
        officer.told("POST", f"{self.agreement}/confirmation", If_Match=version)
        operator.told("POST", f"{self.path}/broker-queue")
        self.user, self.key = self.make_key()

    def make_key(self, **different: object) -> tuple[str, str]:
        """Create a key; return its id, which is the user name, and the key, which is the password."""
        made = self.operator.told("POST", f"{self.path}/keys", {**READING, **different}, 201)
        return str(made["id"]), str(made["key"])

    def shown(self) -> dict[str, object]:
        return self.operator.told("GET", f"{self.path}/broker-queue")

    @property
    def queue(self) -> str:
        return str(self.shown()["queue"])

    def rename(self) -> None:
        version = self.operator.ask("GET", f"{self.path}/broker-queue").headers["ETag"]
        self.operator.told("POST", f"{self.path}/broker-queue/renaming", If_Match=version)


@contextmanager
def agency_broker(folder: Path, certificate: Path | None = None, *, host: str = "127.0.0.1") -> Iterator[AgencyBroker]:
    """Run a private broker. With a certificate (and its key in the same file) it also listens with TLS at a host."""
    port, distribution, epmd, sign_in, tls = servers.free_ports(5)
    listener = AgenciesListener(f"{host}:{tls}", certificate, certificate) if certificate else None
    node = Node(sign_in_port=sign_in, agencies=listener)
    with folder_for("agencies", folder) as place:
        server = RabbitServer(place, port, distribution_port=distribution, epmd_port=epmd, node=node)
        with server.running(keep=False):
            yield AgencyBroker(server, sign_in, tls)


def turn(database: Database, queues: AgencyQueues, streams: Streams, agency: UUID) -> int:
    """Take one turn of the lane without moving the mark; return how many events were handed over."""
    sent = filling.take_turn(database, queues, streams.for_lane, agency)
    queues.settle()
    return len(sent.events) if sent else 0


def taken(connection: amqp.Connection, queue: str, most: int = 1_000_000) -> list[amqp.Message]:
    """Consume and acknowledge the messages in a queue."""
    channel = connection.channel()
    messages: list[amqp.Message] = []
    while len(messages) < most and (message := channel.basic_get(queue)) is not None:
        channel.basic_ack(message.delivery_tag)
        messages.append(message)
    channel.close()
    return messages

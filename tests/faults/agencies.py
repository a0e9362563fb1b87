"""Agencies in fault scenarios: compares their deliveries on each channel with the consents at that time.

The check does not use the gate. It uses the persons' facts as recorded here, the table below of what each type
requires, and the services' logs.
"""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import amqp
import requests
from sqlalchemy import text

from deploy.cli.rings import ring_file
from services.intake.service import EMITS as INTAKE
from services.legal.service import EMITS as LEGAL
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.pseudonym.rules import Pseudonyms
from services.support.service import EMITS as SUPPORT
from shared import encryption
from shared.encryption import FileRing
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.broker import AGENCIES_VHOST
from shared.exchange.eventlog import ORIGIN, Origin
from shared.store.database import Database, engine_for
from tests.faults.casework import record_case
from tests.faults.field import Field
from tests.faults.history import Found
from tests.kit.receivers import LOOPBACK, Receiver
from tests.kit.staff import register
from tests.kit.waiting import wait_until

EMITS = {"intake": INTAKE, "legal": LEGAL, "support": SUPPORT}
PURPOSE = "referral_for_support"
#: The data category that a consent for each purpose must name, written by hand.
NEEDED = {
    "intake.contact.opened": "account",
    "intake.safe_contact.changed": "contact_safe",
    "legal.reconsideration.requested": "account",
    "support.urgent_need.noted": "health",
    "support.plan.agreed": "account",
}
CATEGORIES = ("account", "contact_safe", "health")
#: The types that an agency receives if the event names it, regardless of its other grounds.
OF_ITS_PARTY = ("intake.consent.granted", "intake.consent.withdrawn")
OF_NOBODY = ("partners.agency.", "partners.agreement.")
EMPTIED = "partners.position.emptied"
#: On a busy machine, an event sent before consent ended can arrive this many seconds later.
ON_ITS_WAY = 1.5


def start_partners(field_: Field) -> None:
    """Start partners with permission to send webhooks to this machine."""
    networks, ports, hosts = LOOPBACK
    opened = {"CASEPATH_WEBHOOK_PORTS": ports, "CASEPATH_WEBHOOK_PLAIN_HOSTS": hosts}
    field_.start("partners", 0, wait=True, CASEPATH_WEBHOOK_NETWORKS=networks, **opened)


@dataclass
class Agreed:
    """A person's consent; `ended`: when partners learnt that it had ended."""

    case: UUID
    agency: str
    data_categories: frozenset[str]
    since: float
    ended: float | None = None

    def covers(self, category: str, at: float) -> bool:
        return category in self.data_categories and (self.ended is None or at <= self.ended + ON_ITS_WAY)


@dataclass(frozen=True)
class Arrived:
    """An event that an agency received."""

    at: float
    document: Mapping[str, Any]

    @property
    def key(self) -> str:
        return str(self.document["type"]).removeprefix("org.casepath.").rpartition(".v")[0]


@dataclass
class FieldAgency:
    """An agency, and the events that it received."""

    id: str
    key: str
    arrived: list[Arrived] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        self.arrived.append(Arrived(time.monotonic(), json.loads(body)))


@dataclass
class Facts:
    """The persons' consents and exclusions (with their start), and the services' logs.

    `vanished`: events that agencies may have received, and that a restored log does not contain.
    """

    agreed: list[Agreed] = field(default_factory=list)
    excluded: dict[tuple[UUID, str], float] = field(default_factory=dict)
    logs: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)
    vanished: Mapping[UUID, Mapping[str, Any]] = field(default_factory=dict)

    def find(self, event: UUID) -> Mapping[str, Any] | None:
        return self.logs.get(event) or self.vanished.get(event)

    def end(self, case: UUID, agency: str) -> None:
        for agreed in self.agreed:
            if (agreed.case, agreed.agency) == (case, agency):
                agreed.ended = time.monotonic()


def by_id(events: Iterable[Mapping[str, Any]]) -> dict[UUID, Mapping[str, Any]]:
    return {UUID(event["id"]): event for event in events if "subject" in event}


class Town:
    """The agencies that receive events, and the persons whom the events are about."""

    def __init__(self, field_: Field) -> None:
        self.field = field_
        self.operator, self.officer = field_.api("operator"), field_.api("data_protection_officer")
        register(field_.database("partners"), UUID(self.officer.subject), "data_protection_officer")
        self.facts = Facts()
        self.today = datetime.now(UTC).date()

    def agency(self) -> FieldAgency:
        """Register an agency, agree with it on everything, and subscribe it to all of that."""
        entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
        id_ = str(self.operator.post("partners", "/v1/agencies", entry).json()["id"])
        path = f"/v1/agencies/{id_}"
        agreement = {
            "purposes": [PURPOSE],
            "data_categories": list(CATEGORIES),
            "jurisdictions": ["NL"],
            "first_day": str(self.today),
            "last_day": str(self.today + timedelta(days=300)),
            "reference": "Fictitious binder 7",
        }
        made = f"{path}/agreements/{self.operator.post('partners', f'{path}/agreements', agreement).json()['id']}"
        etag = self.officer.get("partners", made).headers["ETag"]
        self.officer.post("partners", f"{made}/confirmation", if_match=etag)
        self.operator.request("PUT", "partners", f"{path}/subscription", body={}, headers={"If-Match": "*"})
        asked = {"purpose": "production", "scopes": ["reading"]}
        return FieldAgency(id_, str(self.operator.post("partners", f"{path}/keys", asked).json()["key"]))

    def end(self, *agencies: FieldAgency) -> None:
        """End agencies: later scenarios are not about them, and must not wait for them."""
        for agency in agencies:
            self.operator.post("partners", f"/v1/agencies/{agency.id}/ending", {"reason": "other"})

    def register_webhook(self, agency: FieldAgency, receiver: Receiver) -> str:
        """Register a receiver as an agency's webhook; return the address of the webhook."""
        path = f"/v1/agencies/{agency.id}/webhooks"
        return f"{path}/{self.operator.post('partners', path, {'url': receiver.url, 'after': 0}).json()['id']}"

    # Events in the lives of the persons.

    def record(self, source: str, case: UUID, name: str, data: Mapping[str, object], version: int = 1) -> None:
        with self.field.database(source).transaction(ORIGIN.holding(Origin(EMITS[source]))) as session:
            eventlog.record(session, case, [Announcement(name, dict(data), version)])

    def open_case(self) -> UUID:
        with self.field.database("intake").transaction(ORIGIN.holding(Origin(INTAKE))) as session:
            return record_case(session, 0)

    def consent(self, case: UUID, agency: FieldAgency, *categories: str) -> UUID:
        consent = uuid4()
        data = {
            "consent": consent,
            "agency": agency.id,
            "purposes": [PURPOSE],
            "data_categories": sorted(categories),
            "language": "bg",
            "granted_on": self.today,
            "expires_on": self.today + timedelta(days=90),
        }
        self.facts.agreed.append(Agreed(case, agency.id, frozenset(categories), time.monotonic()))
        self.record("intake", case, "consent.granted", data, 2)
        return consent

    def happen(self, case: UUID) -> None:
        """Record an event of a case at each of the services."""
        self.record("intake", case, "safe_contact.changed", {"state": "some_way_is_safe"})
        plan = {"plan": uuid4(), "goal_types": ["Legal"], "review_on": self.today + timedelta(days=30)}
        self.record("support", case, "plan.agreed", {**plan, "person_has_copy": True, "agreed_on": self.today})
        asked = {"stage": "conclusive_grounds", "ground": "new_evidence", "requested_on": self.today, "late": False}
        self.record("legal", case, "reconsideration.requested", asked)

    def withdraw(self, case: UUID, agency: FieldAgency, consent: UUID) -> None:
        """Withdraw a consent; return when partners has processed it."""
        data = {"consent": consent, "agency": agency.id, "purposes": [PURPOSE], "erase_requested": False}
        self.record("intake", case, "consent.withdrawn", {**data, "withdrawn_on": self.today}, 2)
        self._wait_for("select not exists (select from grounds where id = :consent)", consent=consent)
        self.facts.end(case, agency.id)

    def exclude(self, case: UUID, agency: FieldAgency) -> None:
        """Exclude an agency from a person's case; return when partners has processed it."""
        exclusion = {"exclusion": uuid4(), "kind": "agency", "member": None, "agency": agency.id}
        self.record("intake", case, "exclusion.recorded", exclusion, 2)
        about = "select exists (select from exclusions where case_id = :case and agency = :agency)"
        self._wait_for(about, case=case, agency=UUID(agency.id))
        self.facts.excluded[case, agency.id] = time.monotonic()

    def _wait_for(self, question: str, **about: UUID) -> None:
        wait_until(lambda: bool(self.ask_store(question, **about)), "partners has heard of it", 60)

    def ask_store(self, question: str, **about: UUID) -> Any:
        with self.field.database("partners").transaction() as session:
            return session.execute(text(question), about).scalar_one()

    def unheard(self) -> int:
        """Return the number of intake's events that partners has not applied yet."""
        with self.field.database("intake").transaction() as session:
            head = session.execute(text("select count(*) from event_log")).scalar_one()
        return int(head) - int(
            self.ask_store("select coalesce(max(position), 0) from follow_cursors where source = 'intake'")
        )

    # The deliveries to agencies.

    def feed(self, agency: FieldAgency) -> list[Arrived]:
        """Read an agency's complete feed with its key."""
        read: list[Arrived] = []
        while True:
            after = int(read[-1].document["sequence"]) if read else 0
            address = f"{self.field.targets().urls['partners']}/v1/feed?after={after}&limit=200"
            reply = requests.get(address, headers={"Authorization": f"Bearer {agency.key}"}, timeout=30)
            if reply.status_code == requests.codes.unavailable:  # partners first checks for new withdrawals
                continue
            reply.raise_for_status()
            page = reply.json()
            if not page:
                return read
            read += [Arrived(time.monotonic(), document) for document in page]

    def queue_of(self, agency: FieldAgency) -> str:
        return str(self.operator.get("partners", f"/v1/agencies/{agency.id}/broker-queue").json()["queue"])

    def names_of(self, agency: FieldAgency) -> Pseudonyms:
        """Return an agency's pseudonyms, from the encrypted key in partners' store."""
        ring = FileRing(ring_file(self.field._installation.keys, "partners").read_text(encoding="utf-8"))
        keys = engine_for(self.field.postgres.database_url("partners_keys"), pool_size=1)
        database = Database(engine_for(self.field.postgres.database_url("partners"), pool_size=1))
        database.provide(encryption.KEYS, encryption.Keys(keys, ring, "partners"))
        try:
            with database.transaction() as session:
                return pseudonyms.every(session, UUID(agency.id))[0]
        finally:
            database.engine.dispose()
            keys.dispose()

    def stands_still(self) -> bool:
        """Return whether partners' own log and the history from before grounds are in the streams."""
        own = "select (select position from event_log_head) = (select coalesce(max(position), 0) from own_log_mark)"
        return bool(self.ask_store(f"{own} and not exists (select from histories_to_tell)"))

    def head(self, agency: FieldAgency) -> int:
        return int(self.ask_store("select coalesce(max(head), 0) from streams where agency = :id", id=UUID(agency.id)))


@contextmanager
def consuming(field_: Field, town: Town, agency: FieldAgency) -> Iterator[None]:
    """Consume an agency's queue until the block ends. Reconnect whenever it was deleted."""
    ends, queue = threading.Event(), town.queue_of(agency)
    address = field_.broker.uri(AGENCIES_VHOST).partition("@")

    def read() -> None:
        account, password = address[0].partition("//")[2].split(":")
        while not ends.is_set():
            try:
                with amqp.Connection(
                    address[2].partition("/")[0], account, password, virtual_host=AGENCIES_VHOST
                ) as connection:
                    channel = connection.channel()
                    while not ends.is_set():
                        if (message := channel.basic_get(queue)) is None:
                            ends.wait(0.02)
                            continue
                        agency.take(message.body if isinstance(message.body, bytes) else message.body.encode())
                        channel.basic_ack(message.delivery_tag)
            except (amqp.AMQPError, OSError):
                ends.wait(0.05)

    reading = threading.Thread(target=read)
    reading.start()
    try:
        yield
    finally:
        ends.set()
        reading.join()


def examine(facts: Facts, agency: FieldAgency, names: Pseudonyms, feed: Iterable[Arrived]) -> Found:
    """Count the faults in an agency's deliveries over all channels, and in its current feed."""
    positions = [_real(each, names) for each in feed]
    arrivals = [(each, _real(each, names)) for each in (*agency.arrived, *feed)]
    return Found(
        events=len(agency.arrived),
        lost=len(_must(facts, agency) - set(positions)) + len(_missing(feed)),
        duplicated=len(positions) - len(set(positions)),
        ghosts=sum(1 for each, real in arrivals if not each.key.startswith("partners.") and not facts.find(real)),
        disorder=_disorder(facts.logs[each] for each in positions if each in facts.logs)
        + _disorder(_first_arrivals(facts, agency.arrived, names)),
        told_without_cover=sum(not _is_covered(facts, agency, each, facts.find(real)) for each, real in arrivals),
    )


def _real(arrived: Arrived, names: Pseudonyms) -> UUID:
    """Return the id of the event in its source's log. Pseudonyms are never rotated here."""
    return names.real(UUID(arrived.document["id"]))


def _must(facts: Facts, agency: FieldAgency) -> set[UUID]:
    """Return the events that an agency must receive: those with a ground from before they happened until the end."""
    standing: dict[UUID, set[str]] = defaultdict(set)
    for agreed in facts.agreed:
        if agreed.agency == agency.id and agreed.ended is None and (agreed.case, agency.id) not in facts.excluded:
            standing[agreed.case] |= agreed.data_categories
    began: dict[UUID, str] = {}
    for event in facts.logs.values():
        if _key(event) == "intake.consent.granted" and event["data"]["agency"] == agency.id:
            began.setdefault(UUID(event["subject"]), event["time"])
    return {
        id_
        for id_, event in facts.logs.items()
        if (case := UUID(event["subject"])) in standing.keys() & began.keys()
        if NEEDED.get(_key(event)) in standing[case] and event["time"] > began[case]
    }


def _missing(feed: Iterable[Arrived]) -> set[int]:
    sequences = [int(each.document["sequence"]) for each in feed]
    return set(range(1, max(sequences, default=0) + 1)) - set(sequences)


def _first_arrivals(facts: Facts, arrived: Iterable[Arrived], names: Pseudonyms) -> list[Mapping[str, Any]]:
    first = dict.fromkeys(_real(each, names) for each in arrived)
    return [facts.logs[each] for each in first if each in facts.logs]


def _disorder(events: Iterable[Mapping[str, Any]]) -> int:
    """Count events that come after a later event of the same source and case."""
    latest: dict[tuple[str, str], int] = defaultdict(int)
    wrong = 0
    for event in events:
        of, position = (event["source"], event["subject"]), int(event["sequence"])
        wrong += position < latest[of]
        latest[of] = max(latest[of], position)
    return wrong


def _is_covered(facts: Facts, agency: FieldAgency, arrived: Arrived, event: Mapping[str, Any] | None) -> bool:
    """Return whether an agency was allowed to have what it received at the moment of delivery."""
    if arrived.key == EMPTIED or arrived.key.startswith(OF_NOBODY):
        return True
    if event is None or (arrived.key in OF_ITS_PARTY and event["data"]["agency"] != agency.id):
        return False
    case, at = UUID(event["subject"]), arrived.at
    own = [each for each in facts.agreed if (each.case, each.agency) == (case, agency.id)]
    if arrived.key == "intake.consent.withdrawn":
        return bool(own)
    if at > facts.excluded.get((case, agency.id), at) + ON_ITS_WAY:
        return False
    needed = CATEGORIES if arrived.key in OF_ITS_PARTY else {NEEDED.get(arrived.key, "")}
    return any(each.covers(category, at) for each in own for category in needed)


def _key(event: Mapping[str, Any]) -> str:
    return str(event["type"]).removeprefix("org.casepath.").rpartition(".v")[0]

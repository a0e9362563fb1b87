"""Agencies that receive events: registered, with an agreement, a subscription and a key; and what they read."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.partners.agencies.agency.actions import register_named_by_law
from services.partners.streams.history.models import HistoryToTell
from services.partners.streams.stream.actions.history import Histories
from shared.events.envelope import Event
from shared.events.narrowing import FIELDS
from shared.exchange import eventlog
from shared.exchange.eventlog import Epoch
from shared.exchange.feed import PAGE, FeedAway, FeedReader, Page
from shared.reference import id_of_authority
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.harness import Harness
from tests.kit.hearing import apply

NOW = datetime(2026, 3, 2, 9, 40, 31, tzinfo=UTC)
AGREED = {
    "purposes": ["referral_for_support", "legal_representation"],
    "data_categories": ["contact_safe", "health", "account"],
    "jurisdictions": ["NL"],
    "first_day": "2026-03-02",
    "last_day": "2027-03-01",
    "reference": "Fictitious binder 7",
}
NARROWED_BY = frozenset(FIELDS)
#: The data of one case in tests.
_PAGES = 30
OPENED = {"jurisdiction": "NL", "source": "self", "channel": "phone", "opened_on": "2026-03-02"}


@dataclass
class ToldAgency:
    """An agency with a reading key and an administering key."""

    partners: Harness
    id: str
    key: str
    admin_key: str

    def ask(self, path: str, **query: Any) -> Any:
        """Send a request with the reading key; return the whole response."""
        asker = Client(self.partners.door, token=self.key, service=self.partners.service_class, registered=False)
        return asker.ask("GET", path, query={name: str(value) for name, value in query.items()})

    def feed(self, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
        """Return the events of the stream."""
        reply = self.ask("/v1/feed", after=after, limit=limit)
        assert reply.status_code == 200, reply.get_data(as_text=True)
        events: list[dict[str, Any]] = json.loads(reply.get_data(as_text=True))
        return events

    def types(self) -> list[str]:
        """Return the type at each position, without prefix and version."""
        return [each["type"].removeprefix("org.casepath.").rpartition(".v")[0] for each in self.feed()]

    def subscribe(self, **asked: Any) -> None:
        """Set the agency's subscription."""
        asker = Client(self.partners.door, token=self.admin_key, service=self.partners.service_class, registered=False)
        path = f"/v1/agencies/{self.id}/subscription"
        before = asker.ask("GET", path)
        asker.told("PUT", path, asked, If_Match=before.headers.get("ETag", "*"))


class Logs(FeedReader):
    """The events that the sources recorded, served like their feeds. A source can be unavailable."""

    def __init__(self) -> None:
        """Start without events."""
        super().__init__({}, token=str)
        self.recorded: list[Event] = []
        self.away: set[str] = set()

    def fetch(self, source: str, *, after: int, limit: int = PAGE, subject: UUID | None = None) -> Page:
        """Return a page of the events that a source recorded."""
        if source in self.away:
            raise FeedAway("it is away")
        own = sorted((event for event in self.recorded if event.source == source), key=lambda event: event.position)
        of_case = [event for event in own if event.position > after and subject in (None, event.subject)]
        return Page(of_case[:limit], own[-1].position if own else 0, [Epoch(UUID(int=1), 0)])


@dataclass
class Told:
    """Partners, and the events about cases that it receives from intake."""

    partners: Harness
    operator: Client = field(init=False)
    officer: Client = field(init=False)
    logs: Logs = field(default_factory=Logs)
    #: Whether events from before a ground are delivered as soon as possible.
    looks_back: bool = True
    _position: int = 0

    def __post_init__(self) -> None:
        self.partners.move_clock(NOW)
        with self.partners.database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)  # as a process does when it starts
        self.operator = self.partners.staff("operator")
        self.officer = self.partners.staff("data_protection_officer")

    def agency(self, *, agreed: dict[str, Any] | None = None, **asked: Any) -> ToldAgency:
        """Register an agency, record its agreement, and subscribe."""
        entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
        return self._opened(str(self.operator.told("POST", "/v1/agencies", entry, 201)["id"]), agreed, asked)

    def agency_of_law(self, code: str, **asked: Any) -> ToldAgency:
        """Record an agreement with an authority of the law, and subscribe."""
        register_named_by_law(self.partners.database, self.partners.parts.following.emits)
        return self._opened(str(id_of_authority(code)), None, asked)

    def _opened(self, agency: str, agreed: dict[str, Any] | None, asked: dict[str, Any]) -> ToldAgency:
        self.agree(agency, **(agreed or {}))
        keys = [self._key(agency, scope) for scope in ("reading", "administering")]
        made = ToldAgency(self.partners, agency, *keys)
        made.subscribe(**asked)
        return made

    def agree(self, agency: str, **different: Any) -> str:
        """Record and confirm an agreement; return its path."""
        path = f"/v1/agencies/{agency}/agreements"
        made = self.operator.told("POST", path, {**AGREED, **different}, 201)["id"]
        version = self.officer.ask("GET", f"{path}/{made}").headers["ETag"]
        self.officer.told("POST", f"{path}/{made}/confirmation", If_Match=version)
        return f"{path}/{made}"

    def _key(self, agency: str, scope: str) -> str:
        asked = {"purpose": "production", "scopes": [scope]}
        return str(self.operator.told("POST", f"/v1/agencies/{agency}/keys", asked, 201)["key"])

    def hear(self, case: UUID, name: str, data: dict[str, Any], *, source: str = "intake", version: int = 1) -> Event:
        """Apply an event about a case."""
        self._position += 1
        event = an_event(
            id=uuid4(), source=source, name=name, version=version, subject=case, position=self._position, data=data
        )
        self.arrive(event)
        return event

    def arrive(self, *events: Event) -> None:
        """Deliver events that their sources recorded, in one batch."""
        self.logs.recorded += [event for event in events if event not in self.logs.recorded]
        apply(self.partners, events)
        if self.looks_back:
            self.look_back()

    def look_back(self) -> None:
        """Deliver the events from before grounds, as far as they can be read now."""
        for _ in range(_PAGES):
            if self._sources_to_read() <= self.logs.away:
                return
            self.histories().tell_all()

    def histories(self) -> Histories:
        """Return the component that delivers events from before an agency's grounds."""
        return Histories(self.partners.database, self.partners.parts.following.emits, self.logs)

    def _sources_to_read(self) -> set[str]:
        with self.partners.database.transaction() as session:
            return set(session.scalars(select(HistoryToTell.source)))

    def case(self, jurisdiction: str = "NL") -> UUID:
        """Open a case whose source log begins after its first event, so that no agency receives it as history."""
        case = uuid4()
        opened = self.hear(case, "contact.opened", {**OPENED, "jurisdiction": jurisdiction})
        self.logs.recorded = [event for event in self.logs.recorded if event is not opened]
        return case

    def consent(self, case: UUID, agency: ToldAgency, **different: Any) -> UUID:
        """Record the person's consent for an agency; return the consent's id."""
        consent = uuid4()
        data = {
            "consent": str(consent),
            "agency": agency.id,
            "purposes": ["referral_for_support"],
            "data_categories": ["account", "contact_safe"],
            "language": "en",
            "granted_on": "2026-03-02",
            "expires_on": "2026-09-01",
            **different,
        }
        if NARROWED_BY.isdisjoint(different):
            self.hear(case, "consent.granted", data, version=2)
        else:
            self.hear(case, "consent.granted_in_part", data)
        return consent

    def withdraw(self, case: UUID, agency: ToldAgency, consent: UUID) -> None:
        """Withdraw a consent of the person."""
        data = {
            "consent": str(consent),
            "agency": agency.id,
            "purposes": ["referral_for_support"],
            "erase_requested": False,
            "withdrawn_on": "2026-03-02",
        }
        self.hear(case, "consent.withdrawn", data, version=2)

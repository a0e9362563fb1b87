"""The feed delivers every type to agencies as the developer documentation describes.

The test publishes each sample of each type to agencies that each have access to one data category, or to one purpose.
It reads the feeds back with their keys, and compares them with `docs/reference/what-agencies-hear.md` and with the
served page of each type.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Final
from uuid import UUID, uuid4

import pytest

from deploy.cli import servers
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.actions.own_events import put_new
from shared.events.audience import Reach
from shared.events.envelope import Announcement, Event
from shared.events.outside import OutsideType, catalogue
from shared.exchange import eventlog
from shared.exchange.eventlog import ORIGIN, Origin
from shared.reference import codes
from tests.contracts.sent import sample_events
from tests.kit import matrices
from tests.kit.builders import an_event
from tests.kit.client import Client
from tests.kit.declared_hearing import Heard, declared
from tests.kit.harness import harness
from tests.kit.hearing import apply
from tests.kit.told_agencies import Told, ToldAgency

pytestmark = [pytest.mark.integration, pytest.mark.slow]

PURPOSES: Final = frozenset(codes("consent_purpose"))
CATEGORIES: Final = frozenset(codes("data_category"))
LEAVING: Final = [kind for kind in catalogue().values() if kind.audience.leaves]
#: One of each group of purposes on the page; no event is published for `media`.
SINGLE_PURPOSES: Final = (
    "referral_for_support",
    "legal_representation",
    "medical_care",
    "police_investigation",
    "media",
)
#: Records with a receiving agency, by the fields that name them. An event can be for that agency only.
RECORDS: Final = ("consent", "referral", "sharing")
#: The instant of the first event. If all had the same instant, each new event would trigger another decision on every
#: earlier one.
BEGAN: Final = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
#: Delivered even when the person's other events are not. A separate function tests it.
HELD: Final = "intake.erasure.held.v1"
#: Written by partners itself, about events that it delivered earlier.
OF_THE_DOOR: Final = frozenset(("partners.position.emptied.v1", "partners.subject.erased.v1"))
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT, _HOUR = re.compile(r"\dT\d\d:\d\d"), re.compile(r"T\d\d:00:00(?:Z|[+-]\d\d:\d\d)$")
_ROW: Final = re.compile(r"<tr><td><code>(\w+)</code></td>.*?<td>([\w ]+)</td></tr>")


@dataclass
class Listener:
    """An agency, its access to every person's data, and its records."""

    agency: ToldAgency
    purposes: frozenset[str]
    categories: frozenset[str]
    records: dict[str, UUID] = field(default_factory=lambda: {name: uuid4() for name in RECORDS})

    @property
    def covering(self) -> dict[str, list[str]]:
        return {"purposes": sorted(self.purposes), "data_categories": sorted(self.categories)}

    def own(self, kind: OutsideType, data: Mapping[str, object]) -> dict[str, object]:
        """Return the data of an event for this agency only.

        The event does not extend the agency's access to the person.
        """
        own = dict(data)
        if kind.audience.agency is not None:
            own[kind.audience.agency] = self.agency.id
        for name, record in self.records.items():
            if name in own:
                own[name] = str(record)
        if "data_categories" in own:
            own |= {"data_categories": self.covering["data_categories"]}
        if "purpose" in own:
            own["purpose"] = self.covering["purposes"][0]
        if "purposes" in own:
            own["purposes"] = self.covering["purposes"]
        return own


@dataclass
class Scene:
    """A person with a different consent for each of some agencies, and the events published to them."""

    told: Told
    listeners: list[Listener]
    case: UUID = field(default_factory=uuid4)
    happened: dict[UUID, Event] = field(default_factory=dict)
    #: The only agency that receives each event.
    parties: dict[UUID, str] = field(default_factory=dict)
    place: int = 0

    def agree(self) -> None:
        """Open the case, and record the person's consent for each agency."""
        by_key = {key_of(kind): kind for kind in LEAVING}
        opened, granted = by_key["intake.contact.opened.v1"], by_key["intake.consent.granted.v2"]
        # No agency has access at this point.
        apply(self.told.partners, [self.event(opened, sample_events(opened)[0], jurisdiction="NL")])
        for listener in self.listeners:
            own = {**listener.covering, "agency": listener.agency.id, "consent": str(uuid4())}
            consent = self.event(granted, sample_events(granted)[0], **own, expires_on="2026-09-01")
            self.tell([consent], party=listener.agency.id)

    def event(self, kind: OutsideType, sample: Mapping[str, Any], /, **changed: object) -> Event:
        """Return a sample as an event about the person, with changes to its data.

        Each event is a little later than the last.
        """
        what = {"source": kind.service, "name": kind.name, "version": kind.version}
        data = {**sample["data"], **changed}
        self.place += 1
        about = {"subject": self.case, "position": self.place, "classification": sample["dataclassification"]}
        return an_event(data=data, time=BEGAN + self.place * timedelta(milliseconds=100), **about, **what)

    def tell(self, events: list[Event], party: str = "") -> None:
        """Apply events at partners in one batch; `party`: the only agency that receives them."""
        self.told.arrive(*events)
        self.happened |= {event.id: event for event in events}
        self.parties |= {event.id: party for event in events}

    def tell_by_itself(self, *announcements: tuple[OutsideType, Mapping[str, object]]) -> None:
        """Record events of partners itself, and put them all into the streams."""
        partners = self.told.partners
        origin = ORIGIN.holding(Origin(partners.parts.following.emits))
        with partners.database.transaction(origin) as session:
            for kind, data in announcements:
                days = {name for name in data if kind.fields[name].kind == "Day"}
                recorded = {
                    name: date.fromisoformat(str(value)) if name in days else value for name, value in data.items()
                }
                eventlog.record(session, uuid4(), [Announcement(kind.name, recorded, kind.version)])
        with partners.database.transaction() as session:
            eventlog.number(session)
            session.commit()
            while put_new(session):
                session.commit()
            after = 0
            while page := eventlog.read(session, "partners", after=after, limit=200):
                self.happened |= {event.id: event for event in page}
                self.parties |= {event.id: str(event.data.get("agency", "")) for event in page}
                after = page[-1].position

    def heard(self, listener: Listener) -> dict[UUID, dict[str, Any]]:
        """Return the events in an agency's stream, by their internal ids."""
        documents: list[dict[str, Any]] = []
        while page := listener.agency.feed(after=len(documents)):
            documents += page
        # The pseudonyms exist since the stream was first read.
        with self.told.partners.database.transaction() as session:
            [names] = pseudonyms.every(session, UUID(listener.agency.id))
        return {names.real(UUID(each["id"])): each for each in documents}

    def expected(self, listener: Listener) -> dict[UUID, set[str]]:
        """Return the fields that an agency receives of each event, according to the page."""
        found = {}
        for event in self.happened.values():
            heard = declared().get(key_of(event))
            if heard is not None and self._is_told(heard, event, listener):
                found[event.id] = heard.leaving(event.data, listener.categories)
        return found

    def _is_told(self, heard: Heard, event: Event, listener: Listener) -> bool:
        if heard.reach == "person":
            return heard.is_told(event.data, listener.purposes, listener.categories)
        return heard.reach == "nobody" or self.parties[event.id] == listener.agency.id


def key_of(named: Event | OutsideType) -> str:
    """Return the name of an event's type on the page."""
    return f"{named.source if isinstance(named, Event) else named.service}.{named.name}.v{named.version}"


@pytest.fixture
def scene(postgres: servers.PostgresServer) -> Iterator[Scene]:
    with harness("partners", postgres) as partners:
        told = Told(partners)
        parts = [(PURPOSES, CATEGORIES), *((PURPOSES, frozenset({each})) for each in sorted(CATEGORIES))]
        # One purpose of each group, and one without any published event.
        parts += [(frozenset({each}), CATEGORIES) for each in SINGLE_PURPOSES]
        whole = {"purposes": sorted(PURPOSES), "data_categories": sorted(CATEGORIES)}
        agreed = {**whole, "jurisdictions": sorted(codes("jurisdiction"))}
        found = Scene(told, [Listener(told.agency(agreed=agreed), *part) for part in parts])
        found.agree()
        yield found


def tell_of_persons(scene: Scene) -> None:
    """Publish each sample about a person or about no one. If a code decides, publish one type with each code."""
    codes_told: set[str] = set()
    for kind in LEAVING:
        if kind.audience.reach is Reach.PARTY or kind.service == "partners" or key_of(kind) == HELD:
            continue
        by, samples = kind.audience.by, sample_events(kind)
        if by is None:
            scene.tell([scene.event(kind, sample) for sample in samples])
            continue
        opening = [code for code, terms in kind.audience.codes.items() if terms is not None]
        told_with = opening[:1] if by in codes_told else list(kind.audience.codes)
        codes_told.add(by)
        scene.tell([scene.event(kind, sample, **{by: code}) for sample in samples for code in told_with])


def tell_parties(scene: Scene) -> None:
    """Publish the events for a single agency to some agencies: the creation of a record first, and its end last."""
    kinds = [kind for kind in LEAVING if kind.audience.reach is Reach.PARTY and kind.service != "partners"]
    kinds.sort(key=lambda kind: (kind.name == "consent.withdrawn", kind.audience.agency is None, kind.name))
    for listener in scene.listeners[:4]:
        own = [
            scene.event(kind, sample, **listener.own(kind, sample["data"]))
            for kind in kinds
            for sample in sample_events(kind)
        ]
        scene.tell(own, party=listener.agency.id)


def tell_of_partners(scene: Scene) -> None:
    """Publish partners' own events: each sample about one agency, and one of each type about another agency."""
    own = [kind for kind in LEAVING if kind.service == "partners" and key_of(kind) not in OF_THE_DOOR]
    everybody, one = scene.listeners[0], scene.listeners[1]
    scene.tell_by_itself(
        *((kind, everybody.own(kind, sample["data"])) for kind in own for sample in sample_events(kind)),
        *((kind, one.own(kind, sample_events(kind)[0]["data"])) for kind in own if kind.audience.agency is not None),
    )


def test_the_page_has_every_type_that_may_leave_and_no_other() -> None:
    assert declared().keys() == {key_of(kind) for kind in LEAVING}


@pytest.mark.promise("SEC-49")
@pytest.mark.hazard("H-AGENCY-4", control="consent-gate")
def test_the_feed_hands_each_agency_what_the_pages_say_of_every_type(scene: Scene) -> None:
    tell_of_persons(scene)
    tell_parties(scene)
    tell_of_partners(scene)
    pages, provoked, streams = Pages(scene), set[str](), list[set[str]]()
    for listener in scene.listeners:
        heard, expected = scene.heard(listener), scene.expected(listener)
        streams.append(set(exact_in(list(heard.values()))))
        assert [document["type"] for event, document in heard.items() if event not in expected] == []
        assert {key_of(scene.happened[event]) for event in expected.keys() - heard.keys()} == set(), listener.covering
        for event, document in heard.items():
            key = key_of(scene.happened[event])
            assert document["type"] == f"org.casepath.{key}"
            assert document["data"].keys() == expected[event], (key, listener.covering)
            consent = (scene.happened[event].data, listener.purposes, listener.categories)
            assert document["data"].keys() == matrices.received(key, *consent), (key, listener.covering)
            assert document["data"].keys() == pages.leaving(key, scene.happened[event].data, listener.categories), key
            provoked.add(key)
    in_several = [value for value, count in Counter(chain.from_iterable(streams)).items() if count > 1]
    assert in_several == [], "no id and no exact instant connects the whole streams of two agencies"
    provoked |= heard_of_what_is_held(scene, pages)
    assert declared().keys() - provoked == OF_THE_DOOR


def exact_in(value: object) -> Iterator[str]:
    """Yield the ids in a value, and the instants that are more precise than an hour."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from exact_in(part)
    elif isinstance(value, str) and (_ID.search(value) or (_INSTANT.search(value) and not _HOUR.search(value))):
        yield value


def heard_of_what_is_held(scene: Scene, pages: "Pages") -> set[str]:
    """Erase another case under a legal hold, and check who receives the event; return the types delivered."""
    held, heard_of = Scene(scene.told, scene.listeners[-len(SINGLE_PURPOSES) :]), set[str]()
    held.agree()
    by_key = {key_of(kind): kind for kind in LEAVING}
    event = held.event(by_key[HELD], sample_events(by_key[HELD])[0])
    restricted = {"name": "case.restricted", "data": {"request": event.data["request"]}}
    held.tell([an_event(source="intake", subject=held.case, **restricted)])
    held.tell([event])
    for listener in held.listeners:
        opens = declared()[HELD].is_told(event.data, listener.purposes, listener.categories)
        document = held.heard(listener).get(event.id)
        assert (document is not None) == opens, listener.covering
        if document is not None:
            assert document["data"].keys() == pages.leaving(HELD, event.data, listener.categories)
            heard_of.add(HELD)
    return heard_of


class Pages:
    """The pages about event types that the service serves publicly."""

    def __init__(self, scene: Scene) -> None:
        partners = scene.told.partners
        self._anybody = Client(partners.door, token="", service=partners.service_class, registered=False)
        self._given: dict[str, dict[str, str]] = {}

    def leaving(self, key: str, data: Mapping[str, object], categories: frozenset[str]) -> set[str]:
        """Return the fields that the page of a type promises to agencies with access to these categories."""
        if key not in self._given:
            page = self._anybody.ask("GET", f"/v1/event-types/org.casepath.{key}").get_data(as_text=True)
            self._given[key] = dict(_ROW.findall(page))
        given = self._given[key]
        return {name for name in data if name in given and given[name].removeprefix("with ") in _WITHOUT | categories}


_WITHOUT: Final = frozenset(("always", "optional"))

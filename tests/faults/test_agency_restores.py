"""After a store is restored to an older state, agencies receive all events, in order, and none without a ground."""

import dataclasses
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from deploy.cli import servers
from services.partners.streams.history.models import HistoryToTell
from services.partners.streams.pseudonym import actions as pseudonyms
from services.partners.streams.stream.actions import history, reading
from shared.events.envelope import Announcement, Event
from shared.exchange import cursor, eventlog, rebuild
from shared.exchange.eventlog import ORIGIN, Origin
from shared.exchange.feed import PAGE, DigestPage, FeedReader, Page
from shared.exchange.follower import CatchingUp, Follower
from shared.exchange.follower.apply import Application
from shared.exchange.rebuild import Rebuilder
from shared.store.database import Database
from tests.faults.agencies import EMITS, PURPOSE, Agreed, Arrived, Facts, FieldAgency, by_id, examine
from tests.kit import databases
from tests.kit.backups import backup_of, put_back
from tests.kit.harness import Harness, harness
from tests.kit.logfeed import LogFeed
from tests.kit.loops import running
from tests.kit.sealing import verifier
from tests.kit.told_agencies import NOW, OPENED, Told, ToldAgency
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.fault, pytest.mark.integration, pytest.mark.slow]
Note = Callable[[str, object], None]
TODAY = NOW.date()
ALL = ("account", "contact_safe", "health")


class Feeds(FeedReader):
    """The feeds of all sources, without the network."""

    def __init__(self, sources: dict[str, Database]) -> None:
        self._logs = {name: LogFeed(database) for name, database in sources.items()}

    def fetch(self, source: str, *, after: int, limit: int = PAGE, subject: UUID | None = None) -> Page:
        return self._logs[source].fetch(source, after=after, limit=limit, subject=subject)

    def digests(self, source: str, *, after: int, limit: int = PAGE) -> DigestPage:
        return self._logs[source].digests(source, after=after, limit=limit)


class Place:
    """The logs of sources, and partners that follows them through their feeds, in this process."""

    def __init__(self, postgres: servers.PostgresServer, partners: Harness, sources: dict[str, Database]) -> None:
        self.postgres, self.partners, self.sources = postgres, partners, sources
        self.told, self.facts = Told(partners), Facts()
        self.feeds = Feeds(sources)
        self.agreed_on = {"data_categories": list(ALL)}
        self.agencies = [self._agency() for _ in range(2)]
        self.restart()

    def _agency(self) -> tuple[ToldAgency, FieldAgency]:
        agency = self.told.agency(agreed=self.agreed_on)
        return agency, FieldAgency(agency.id, agency.key)

    def restart(self) -> None:
        """Start like a process of partners."""
        database, plan = self.partners.database, self.partners.parts.following
        application = Application(database, plan)
        self.follower = Follower(database, plan, application, self.feeds, "", verifier())
        self.rebuilder = Rebuilder(database, plan, application, self.feeds, database.url)
        self.catching_up = CatchingUp(database, self.feeds, "intake")
        self.catching_up.look()

    def record(self, source: str, case: UUID, name: str, data: dict[str, Any], version: int = 1) -> None:
        with self.sources[source].transaction(ORIGIN.holding(Origin(EMITS[source]))) as session:
            eventlog.record(session, case, [Announcement(name, data, version)])

    def open_case(self) -> UUID:
        case = uuid4()
        facts = {
            **OPENED,
            "opened_on": TODAY,
            "language": "bg",
            "anonymous": False,
            "age": "unknown",
            "urgent_needs": [],
        }
        self.record("intake", case, "contact.opened", facts)
        return case

    def consent(self, case: UUID, agency: FieldAgency, *categories: str) -> UUID:
        consent = uuid4()
        days = {"granted_on": TODAY, "expires_on": TODAY + timedelta(days=180), "language": "bg"}
        what = {"consent": consent, "agency": agency.id, "purposes": [PURPOSE], "data_categories": list(categories)}
        self.facts.agreed.append(Agreed(case, agency.id, frozenset(categories), time.monotonic()))
        self.record("intake", case, "consent.granted", {**what, **days}, 2)
        return consent

    def withdraw(self, case: UUID, agency: FieldAgency, consent: UUID) -> None:
        what = {"consent": consent, "agency": agency.id, "purposes": [PURPOSE], "erase_requested": False}
        self.record("intake", case, "consent.withdrawn", {**what, "withdrawn_on": TODAY}, 2)
        self.facts.end(case, agency.id)

    def exclude(self, case: UUID, agency: FieldAgency) -> None:
        what = {"exclusion": uuid4(), "kind": "agency", "member": None, "agency": agency.id}
        self.record("intake", case, "exclusion.recorded", what, 2)
        self.facts.excluded[case, agency.id] = time.monotonic()

    def happen(self, case: UUID) -> None:
        self.record("intake", case, "safe_contact.changed", {"state": "some_way_is_safe"})
        plan = {"plan": uuid4(), "goal_types": ["Legal"], "review_on": TODAY, "agreed_on": TODAY}
        self.record("support", case, "plan.agreed", {**plan, "person_has_copy": True})
        asked = {"stage": "conclusive_grounds", "ground": "new_evidence", "requested_on": TODAY, "late": False}
        self.record("legal", case, "reconsideration.requested", asked)

    def follow(self) -> None:
        """Follow every source to its head; a diverged follower is restored by a rebuild, as in a service."""
        for source in sorted(self.sources, reverse=True):  # support first: its events overtake consents
            self.follower.catch_up(source)
        if any(self._diverged(source) for source in self.sources):
            with running(self.rebuilder):
                wait_until(lambda: not any(map(self._diverged, self.sources)), "it agrees with the logs again", 60)
        for source in self.sources:
            self.follower.catch_up(source)
        self.catching_up.look()
        histories = history.Histories(self.partners.database, self.partners.parts.following.emits, self.feeds)
        wait_until(lambda: self._looked_back(histories), "all of before the grounds is told", 60)

    def _looked_back(self, histories: history.Histories) -> bool:
        histories.tell_all()
        with self.partners.database.transaction() as session:
            return session.scalar(select(HistoryToTell.case_id).limit(1)) is None

    def _diverged(self, source: str) -> bool:
        with self.partners.database.transaction() as session:
            return cursor.read_state(session, source).diverged

    def read(self) -> None:
        """Read the feed of each agency from the beginning."""
        for agency, reader in self.agencies:
            reader.arrived += [Arrived(time.monotonic(), document) for document in agency.feed()]

    def logs(self) -> dict[UUID, dict[str, Any]]:
        def events(source: str, database: Database) -> list[Event]:
            with database.transaction() as session:
                eventlog.number(session)
            with database.transaction() as session:
                return eventlog.read(session, source, after=0, limit=10_000)

        every = [each for source, database in self.sources.items() for each in events(source, database)]
        return {each.id: json.loads(json.dumps(each.document(), default=str)) for each in every}

    def backup(self, service: str) -> Callable[[], None]:
        """Copy the current store of a service; return a function that restores it."""
        database = self.partners.database if service == "partners" else self.sources[service]
        url = database.url
        copy = backup_of(self.postgres, database, url)
        return lambda: put_back(self.postgres, database, url, copy)

    def check(self, record_property: Note, vanished: dict[UUID, dict[str, Any]]) -> None:
        self.facts.logs, self.facts.vanished = by_id(self.logs().values()), vanished
        counts = []
        for agency, reader in self.agencies:
            with self.partners.database.transaction() as session:
                names = pseudonyms.of_agency(session, UUID(agency.id), self.partners.clock.now(session))
            feed = [Arrived(time.monotonic(), document) for document in agency.feed()]
            counts.append(examine(self.facts, reader, names, feed))
        whole = counts[0] + counts[1]
        record_property("history", {**dataclasses.asdict(whole), "faults": 1})
        assert whole.events > 0
        assert whole.whole, str(whole)


@pytest.fixture
def place(postgres: servers.PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(rebuild, "POLL_SECONDS", 0.05)
    with ExitStack() as stack:
        partners = stack.enter_context(harness("partners", postgres))
        sources = {name: stack.enter_context(databases.opened(postgres, name))[0] for name in EMITS}
        for source in sources.values():
            with source.transaction() as session:
                eventlog.begin_epoch_if_restored(session)
        yield Place(postgres, partners, sources)


@pytest.mark.promise("REL-23")
@pytest.mark.parametrize("service", ["partners", "intake", "legal", "support"])
def test_a_store_is_put_back_to_an_older_state(place: Place, service: str, record_property: Note) -> None:
    (_, one), (_, other) = place.agencies
    early, kept = place.open_case(), place.open_case()
    place.consent(early, one, *ALL)
    taken_back = place.consent(early, other, "account")
    place.consent(kept, other, "health", "contact_safe")
    place.withdraw(kept, one, place.consent(kept, one, *ALL))
    place.exclude(late := place.open_case(), other)
    for case in (early, kept):
        place.happen(case)
    place.follow()
    place.read()
    put_back_ = place.backup(service)
    place.consent(late, one, *ALL)
    for case in (early, kept, late):
        place.happen(case)
    if service != "intake":  # partners cannot respect events that intake has lost
        place.withdraw(early, other, taken_back)
    place.follow()
    place.read()
    vanished = place.logs()
    put_back_()
    if service == "partners":
        place.restart()
        assert_nothing_is_handed_on(place, one)
    for case in (early, kept):
        place.happen(case)
    place.follow()
    place.read()
    place.check(record_property, vanished)


def assert_nothing_is_handed_on(place: Place, agency: FieldAgency) -> None:
    """Assert that nothing is delivered before partners has recovered its lost events, which could withdraw consents."""
    with place.partners.database.transaction() as session, pytest.raises(reading.NotHeardYet):
        reading.read(session, UUID(agency.id), after=0, limit=10)
    [(reader, _), _] = place.agencies
    assert reader.ask("/v1/feed").status_code == 503

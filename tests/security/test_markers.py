"""The marker sweep: plant markers in every text field, then search everywhere the text could have gone.

The fields come from the OpenAPI documents, so that new fields are included automatically. The search covers logs,
metrics, feeds, agencies' streams over each channel, the log of webhook attempts, the audit log, a dump of every
database, PostgreSQL's files with its write-ahead log, and RabbitMQ's files.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests
from kombu import Connection

from deploy.cli.exchange import look
from shared.reference import codes
from tests.kit.declared_hearing import declared
from tests.kit.receivers import Receiver, Replying, Sent, receiving
from tests.kit.waiting import wait_until
from tests.security.sweeping import files, holds, read, rest, swept
from tests.security.town import SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration, pytest.mark.slow]
MARKER = "QzxvMarker"
#: Operations that certainly accept text. If they were missing, the sweep would find nothing for the wrong reason.
KEPT = {"intake PUT /v1/cases/{case}/person", "legal POST /v1/cases/{case}/notes"}


@dataclass
class Agency:
    """An external agency with an agreement on everything, and its key, queue and webhook."""

    town: Town
    operator: str
    receiver: Receiver
    id: str = ""
    key: str = ""
    queue: str = ""
    webhook: str = ""

    def __post_init__(self) -> None:
        entry = {"name": "Fictitious Harbour", "type": "Shelter", "country": "NL"}
        self.id = self._done("POST", "", entry)["id"]
        asked = {"purpose": "testing", "scopes": ["reading", "administering"]}
        self.key = self._done("POST", f"/{self.id}/keys", asked)["key"]
        self._done("PUT", f"/{self.id}/subscription", {}, by=self.key)
        self._done("POST", f"/{self.id}/broker-queue", None)
        self.queue = self._done("GET", f"/{self.id}/broker-queue", None)["queue"]
        webhook = self._done("POST", f"/{self.id}/webhooks", {"url": self.receiver.url, "after": 0}, by=self.key)
        self.webhook = f"/{self.id}/webhooks/{webhook['id']}"

    def _done(self, method: str, path: str, body: Any, by: str = "", **headers: str) -> dict[str, Any]:
        answer = self.town.ask("partners", method, f"/v1/agencies{path}", body, by or self.operator, **headers)
        assert answer.ok, answer.text
        return dict(answer.json()) if answer.text else {}

    def hear_everything_of(self, person: Person) -> None:
        """Agree on everything with the agency, and record the person's consent to all of it."""
        today, year = date.today(), timedelta(days=300)  # noqa: DTZ011 - the town's clock is the real one
        everything = {
            "purposes": sorted(codes("consent_purpose")),
            "data_categories": sorted(codes("data_category")),
        }
        days = {"first_day": today.isoformat(), "last_day": (today + year).isoformat()}
        agreed = {**everything, **days, "jurisdictions": ["NL"], "reference": "Fictitious binder 7"}
        path = f"/{self.id}/agreements"
        path += "/" + self._done("POST", path, agreed)["id"]
        read_as = self.town.ask("partners", "GET", f"/v1/agencies{path}", None, person.token).headers["ETag"]
        self._done("POST", f"{path}/confirmation", None, by=person.token, **{"If-Match": read_as})
        consent = {
            **everything,
            "agency": self.id,
            "language": "en",
            "checklist": sorted(codes("consent_checklist")),
            "expires_on": (today + year).isoformat(),
        }
        consents = f"/v1/cases/{person.case}/consents"

        def agrees() -> bool:
            # Intake receives the agency by an event.
            return self.town.ask("intake", "POST", consents, consent, person.token, about=person.case).ok

        wait_until(agrees, "the person consents")

    def feed(self) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        while page := self._page(len(events)):
            events += page
        return events

    def posted(self) -> list[bytes]:
        """Return what was posted to the agency, once its whole stream was posted."""
        wait_until(lambda: self._done("GET", self.webhook, None)["behind"] == 0, "everything was posted")
        return [sent.body for sent in self.receiver.sent]

    def attempts(self) -> list[dict[str, Any]]:
        """Return the whole log of delivery attempts."""
        attempts: list[dict[str, Any]] = []
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            behind = f"?after={page['next']}" if page["next"] else ""
            page = self._done("GET", f"{self.webhook}/attempts{behind}", None)
            attempts += page["attempts"]
        return attempts

    def _page(self, after: int) -> list[dict[str, Any]]:
        answers: list[requests.Response] = []

        def is_ready() -> bool:
            # The feed answers 503 while an event that ends a ground may not have been applied yet.
            answers.append(self.town.ask("partners", "GET", f"/v1/feed?after={after}", None, self.key))
            return answers[-1].ok

        wait_until(is_ready, "partners hands on what it has")
        return list(json.loads(answers[-1].text))

    def queued(self) -> list[bytes]:
        """Return all messages in its queue without removing them."""
        uri = re.sub(r"/[^/]*$", "/agencies", str(self.town.site.amqp_uri))
        bodies = []
        with Connection(uri) as connection:
            channel = connection.channel()
            while (message := channel.basic_get(self.queue, no_ack=False)) is not None:
                bodies.append(bytes(message.body))
        return bodies


def echo(sent: Sent) -> Replying:
    """Answer a webhook with the event it delivered."""
    return Replying(200, sent.body)


@pytest.fixture(scope="module")
def agency(town: Town) -> Iterator[Agency]:
    with receiving() as receiver:
        receiver.reply = echo
        yield Agency(town, town.site.targets.token(["operator"], str(uuid4()), 3600), receiver)


@pytest.fixture(scope="module")
def planted(town: Town, agency: Agency) -> tuple[Person, dict[str, int]]:
    """Return a person with a marker in every text field, and the statuses of the requests."""
    person, count = Person(town), 0

    def marker(_name: str) -> str:
        nonlocal count
        count += 1
        return f"{MARKER}{count:04}"

    person.open_case()
    agency.hear_everything_of(person)
    answered = person.fill(marker) | person.fill_endings(marker)
    wait_until(lambda: not look(town.site.api("operator")).waiting, "everything has arrived everywhere")
    return person, answered


def test_the_words_got_in_and_are_read_by_whom_they_are_for(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, answered = planted
    taking = {str(each) for each in town.operations if each.body and each.about_case and each.takes_words()}
    assert taking >= KEPT
    assert {name: answered[name] for name in taking if answered[name] >= 300} == {}
    read = town.ask("intake", "GET", f"/v1/cases/{person.case}/person", None, person.token)
    assert MARKER in read.text


@pytest.mark.promise("SEC-28", "SEC-60", "SEC-75")
@pytest.mark.hazard("H-CONFIDENTIALITY-7", control="sealed-fields")
def test_no_word_is_found_where_it_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    rest(town)
    assert swept(town, MARKER) == set()


def test_feeds_and_audit_hold_no_word(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, _answered = planted
    for service in SERVICES:
        audit = town.ask(service, "GET", f"/v1/audit?subject={person.case}", None, person.token)
        assert audit.ok
        assert MARKER not in audit.text


def test_what_an_agency_hears_by_any_way_holds_no_word(
    town: Town, agency: Agency, planted: tuple[Person, dict[str, int]]
) -> None:
    """Search the feed, single events and the queue of an agency with consent to everything."""
    events = agency.feed()
    kinds = {event["type"] for event in events if not event["type"].endswith("position.emptied.v1")}
    assert len(kinds) > 20, "there is much to look through"
    assert MARKER not in json.dumps(events)
    assert planted[0].case not in json.dumps(events)
    for event in events[:50]:
        alone = town.ask("partners", "GET", f"/v1/events/{event['id']}", None, agency.key)
        assert alone.ok
        assert MARKER not in alone.text
    # One of the recorded withdrawals emptied the queue. It contains the events after that.
    assert not any(holds(body, MARKER) for body in agency.queued())
    for kind in kinds:
        page = town.ask("partners", "GET", f"/v1/event-types/{kind}", None, None)
        assert page.ok
        assert MARKER not in page.text


def test_what_is_posted_to_an_agency_and_the_log_of_it_hold_no_word(
    agency: Agency, planted: tuple[Person, dict[str, int]]
) -> None:
    """The endpoint answers with the delivered event, so that the log contains the start of it."""
    posted, attempts = agency.posted(), agency.attempts()
    kinds = {json.loads(body)["type"] for body in posted}
    assert len(kinds) > 20, "there is much to look through"
    assert len(attempts) >= len(posted)
    assert sum("specversion" in (attempt["answer"] or "") for attempt in attempts) > 20
    for text in (*posted, json.dumps(attempts).encode()):
        assert not holds(text, MARKER)
        assert planted[0].case.encode() not in text


def test_what_is_handed_out_has_no_field_that_the_page_keeps_inside(
    agency: Agency, planted: tuple[Person, dict[str, int]]
) -> None:
    """Check real events of a case, in addition to the sample of every type (`test_heard_as_declared`)."""
    looked_at = set()
    for event in agency.feed():
        heard = declared()[event["type"].removeprefix("org.casepath.")]
        assert not {name for name, category in heard.fields.items() if category is None} & event["data"].keys()
        looked_at |= {event["type"]} if event["data"] else set()
    assert len(looked_at) > 20, "there is much to look through"


@pytest.mark.promise("SEC-76")
def test_the_sweep_finds_a_marker_that_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    """Plant a marker unsealed in a table and in a log: the sweep finds it in each place."""
    loose = "QzxvLoose"
    url = town.site.owner_url("legal")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table loose (words text, bytes bytea)")
        connection.execute("insert into loose values (%s, %s)", [loose, loose.encode()])
        rest(town)
        with town.site._log("intake", "stdout").open("ab") as log:
            log.write(loose.encode())
        found = swept(town, loose)
        connection.execute("drop table loose")
    assert {"dump of legal", "write-ahead log", "log of intake"} <= found
    assert any(each.startswith("files of") for each in found)


@pytest.mark.promise("SEC-61")
def test_the_look_into_the_broker_finds_what_a_queue_holds(town: Town) -> None:
    loose = "QzxvQueued"
    with Connection(town.site.amqp_uri) as connection, connection.SimpleQueue("loose") as queue:
        queue.put(loose, serializer="json", delivery_mode=2)
        queue.get(timeout=10)  # the message was written, and stays until it is acknowledged
        found = [each for each in files(town.rabbitmq.directory) if holds(read(each), loose)]
        queue.clear()
    assert found

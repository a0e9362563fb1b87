"""The stories' agencies read their feeds with their own keys from the running service, and one reads its queue.

Each agency has an agreement and a subscription for everything, so the events depend only on the person's consent or
the agency's task. Every event that was ever delivered counts, even if the agency can no longer read it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import amqp
import requests
from sqlalchemy import text

from deploy.cli.api import Api, targets_of
from deploy.cli.installation import Installation
from deploy.cli.journey.desk import Desk
from deploy.cli.replies import CloudEvent
from shared.access import agency_keys
from shared.reference import codes, id_of_authority
from shared.store.database import engine_for
from tests.kit.passing_time import PassingTime
from tests.kit.waiting import wait_until
from tests.stories import grounds, mapping
from tests.stories.entries import SECOND
from tests.stories.hearing import is_about_somebody, kinds_of, kinds_told_of
from tests.stories.playing import Player
from tests.stories.stories import Step, Story

_DOOR: Final = "partners"
_PAGE, _SECONDS = 200, 20
_AGREED: Final[Mapping[str, object]] = {
    "purposes": sorted(codes("consent_purpose")),
    "data_categories": sorted(codes("data_category")),
    "jurisdictions": sorted(codes("jurisdiction")),
    "first_day": "2025-01-01",
    "last_day": "2027-12-31",
    "reference": "Fictitious binder 7",
}
#: The case through which a person reached an agency, if a story has several: the agency receives no event of the
#: others.
DOORS: Final[Mapping[tuple[str, str], Sequence[str]]] = {("gb-one-man-two-doors", "calder"): ("A",)}
#: The kinds of step after which an agency can receive less.
_ENDING: Final = frozenset(("consent", "withdrawal", "erasure", "merge"))
#: The agencies that also have a broker queue: their access is withdrawn before the story ends.
QUEUES: Final[Mapping[str, Sequence[str]]] = {"gb-one-man-two-doors": ("calder",)}


@dataclass
class Agency:
    """An agency that reads with its own key."""

    id: str
    key: str
    api: Api
    #: The address of its data-sharing agreement.
    agreement: str

    def head(self) -> int:
        """Return the last position of its stream."""
        return int(self._page(0, 1).headers["Casepath-Head"])

    def read(self, after: int) -> list[CloudEvent]:
        """Return its stream after a position, with each event as the agency can read it now."""
        documents: list[CloudEvent] = []
        while page := self._page(after + len(documents), _PAGE).json():
            documents += page
        return documents

    def _page(self, after: int, limit: int) -> requests.Response:
        return self.api.get(_DOOR, "/v1/feed", after=after, limit=limit)


class Door:
    """The partners service of a running installation, with the stories' agencies, their agreements and keys."""

    def __init__(self, installation: Installation, stories: Sequence[Story]) -> None:
        """Register the agencies, record an agreement with each, and have each subscribe to everything."""
        self._installation, self._targets = installation, targets_of(installation)
        time = PassingTime(self._targets)
        self._operator = time.operator
        desk = Desk(self._targets, members={SECOND: str(uuid4())}, patience=_SECONDS)
        desk.member(SECOND)
        self._officer = desk.api(SECOND)
        time.settle()
        for story in stories:
            for name in story.agencies.keys() - mapping.AUTHORITIES.keys():
                self._register(mapping.agency(story.id, name), story.jurisdiction.partition("-")[0])
        named = {mapping.agency(story.id, name) for story in stories for name in listeners(story)}
        self.agencies = {agency: self._opened(agency) for agency in sorted(named)}
        time.settle()

    def close(self) -> None:
        """End the agreements, so that the agencies receive no events of other tests in this installation."""
        for agency in self.agencies.values():
            self._operator.post(_DOOR, f"{agency.agreement}/ending", {"reason": "no_longer_needed"})

    def at(self, instant: datetime | None) -> None:
        """Set the clock of the partners service; restore the real time if None."""
        self._operator.put(_DOOR, "/v1/clock", {"now": instant and instant.isoformat()})

    def resolved(self, agency: Agency, name: str) -> str:
        """Return the real id behind an agency's pseudonym."""
        asked = {"pseudonym": name, "reason": "audit"}
        path = f"/v1/agencies/{agency.id}/pseudonym-resolutions"
        return str(self._officer.post(_DOOR, path, asked).json()["real"])

    def wait_until_looked_back(self) -> None:
        """Return when the history before each ground has been delivered to each agency."""
        address = self._installation.addresses / "partners-partners_database_url"
        asked = text("select not exists (select from histories_to_tell)")
        engine = engine_for(address.read_text(encoding="utf-8").strip(), pool_size=1)

        def has_looked_back() -> bool:
            with engine.connect() as connection:
                return bool(connection.execute(asked).scalar_one())

        try:
            wait_until(has_looked_back, "all of before the grounds is told", _SECONDS)
        finally:
            engine.dispose()

    def open_queue(self, agency: Agency) -> None:
        """Open a broker queue for an agency."""
        self._operator.post(_DOOR, f"/v1/agencies/{agency.id}/broker-queue")

    def waiting_for(self, agency: Agency) -> list[bytes]:
        """Return the messages in an agency's broker queue, once the queue has the whole stream."""
        path, head = f"/v1/agencies/{agency.id}/broker-queue", agency.head()
        has_all = f"the queue has all {head}"
        wait_until(lambda: (self._queue(path)["sequence"] or 0) == head, has_all, _SECONDS)
        presented = agency_keys.read(agency.key)
        assert presented is not None
        address = f"127.0.0.1:{self._installation.ports['rabbitmq']}"
        bodies = []
        with amqp.Connection(
            address, str(presented.id), agency.key, virtual_host="agencies", read_timeout=10
        ) as reader:
            channel = reader.channel()
            while (message := channel.basic_get(self._queue(path)["queue"], no_ack=True)) is not None:
                bodies.append(bytes(message.body))
        return bodies

    def _queue(self, path: str) -> Any:
        return self._operator.get(_DOOR, path).json()

    def _register(self, agency: str, country: str) -> None:
        entry = {"id": agency, "name": "Fictitious", "type": "NGO", "country": country}
        self._operator.post(_DOOR, "/v1/agencies", entry)

    def _opened(self, agency: str) -> Agency:
        own_id = str(id_of_authority(agency)) if agency in mapping.AUTHORITIES.values() else agency
        path = f"/v1/agencies/{own_id}"
        agreement = f"{path}/agreements/{self._operator.post(_DOOR, f'{path}/agreements', _AGREED).json()['id']}"
        etag = self._officer.get(_DOOR, agreement).headers["ETag"]
        self._officer.post(_DOOR, f"{agreement}/confirmation", if_match=etag)
        self._operator.put(_DOOR, f"{path}/subscription", {}, if_match="*")
        asked = {"purpose": "production", "scopes": ["reading"]}
        key = str(self._operator.post(_DOOR, f"{path}/keys", asked).json()["key"])
        return Agency(own_id, key, Api(self._targets, token=key, patience=_SECONDS), agreement)


def listeners(story: Story) -> list[str]:
    """Return the agencies of a story's tables that lead no case: the lead agency reads the case itself."""
    return [name for name in story.expect["hears"] if name not in story.leads]


@dataclass
class Heard:
    """The events of a story that an agency received; `before`, `after`: the first and the last position read."""

    agency: Agency
    before: int = 0
    after: int = 0
    kinds: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    #: The agency's pseudonyms, and the case that each stands for.
    people: dict[str, str] = field(default_factory=dict)


class Listening:
    """The agencies of a story that lead no case, and the events that each received since the story began."""

    def __init__(self, door: Door, player: Player) -> None:
        """Read the head of each stream, and open a queue for each agency that has one."""
        self._door, self._story, self._player = door, player.story, player
        self._ends = {ground.until for ground in grounds.of_story(player.story)}
        agencies = {name: door.agencies[mapping.agency(player.story.id, name)] for name in listeners(player.story)}
        self._heard = {name: Heard(agency) for name, agency in agencies.items()}
        for heard in self._heard.values():
            heard.before = heard.after = heard.agency.head()
        for name in QUEUES.get(player.story.id, ()):
            door.open_queue(self._heard[name].agency)

    def until(self, step: Step) -> None:
        """Set the service's clock to a step. First read the streams again if a ground or the step ends access."""
        day = step.recorded.date().isoformat()
        passed = {until for until in self._ends if until < day}
        if passed or step.kind in _ENDING:
            self._listen()
        self._ends -= passed
        self._door.at(step.recorded)

    def wrong(self) -> dict[str, str]:
        """Read everything at the story's end; return the differences between each agency's events and its table."""
        self._listen()
        self._door.at(self._story.evening(self._story.as_of))
        otherwise: dict[str, str] = {}
        for name, heard in self._heard.items():
            self._note(heard, heard.agency.read(heard.before))
            table, kinds = self._story.expect["hears"][name], kinds_of(self._story)
            otherwise |= {f"hears {name} {kind}": "not heard" for kind in set(table["must"]) - heard.kinds}
            beyond = (heard.kinds & kinds) - set(table["must"]) - set(table["may"])
            otherwise |= {f"hears {name} {kind}": "heard beyond its table" for kind in beyond}
            otherwise |= self._wrong_people(name, heard)
        return otherwise | self._wrong_in_queues()

    def _listen(self) -> None:
        """Have each agency read its new events as it can read them now, including the history before its grounds."""
        self._door.wait_until_looked_back()
        for heard in self._heard.values():
            documents = heard.agency.read(heard.after)
            heard.after += len(documents)
            self._note(heard, documents)

    def _wrong_people(self, name: str, heard: Heard) -> dict[str, str]:
        """Return whether an agency received events about other people, or events that contain internal ids."""
        otherwise = {}
        cases = self._story.expect["hears"][name].get("for", DOORS.get((self._story.id, name), self._story.cases))
        if set(heard.people.values()) - {self._player.cases.get(case) for case in cases}:
            otherwise[f"hears {name} of others"] = "whom its table does not name"
        agencies = {other.agency.id for other in self._heard.values()} - {heard.agency.id}
        if any(real in document for document in heard.documents for real in (*agencies, *self._player.cases.values())):
            otherwise[f"hears {name} names"] = "another agency, or a case by the id that it has here"
        return otherwise

    def _wrong_in_queues(self) -> dict[str, str]:
        """Read the broker queues too: the messages in a queue must equal the end of the feed."""
        otherwise = {}
        for name in QUEUES.get(self._story.id, ()):
            agency = self._heard[name].agency
            waiting = [json.loads(body) for body in self._door.waiting_for(agency)]
            if not waiting or waiting != agency.read(0)[-len(waiting) :]:
                otherwise[f"queue of {name}"] = f"{len(waiting)} wait, not as the feed has them"
        return otherwise

    def _note(self, heard: Heard, documents: Sequence[CloudEvent]) -> None:
        for document in documents:
            heard.documents.add(json.dumps(document))
            heard.kinds |= kinds_told_of(self._story, document)
            name = document.get("subject")
            if name is not None and name not in heard.people and is_about_somebody(document):
                heard.people[name] = self._door.resolved(heard.agency, name)

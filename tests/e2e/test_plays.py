"""A sandbox receives the same events and answers as an agency with the same agreement and consent, in every play."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests

from deploy.cli.api import Api, Targets
from deploy.cli.installation import Installation
from deploy.cli.plays import PLAYS, play_for
from deploy.cli.plays.stage import CATEGORIES, PURPOSE, staff
from deploy.cli.sandbox import agree
from tests.kit.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.integration, pytest.mark.slow]

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
#: Fields that differ for the same event at another time or position.
OF_THE_MOMENT = frozenset(("time", "sequence", "logepoch"))
#: A stream is settled when so many readings have the same end.
READINGS = 15


@dataclass
class Receiver:
    """An agency with a key."""

    url: str
    id: str
    key: str

    def ask(self, path: str, body: object = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(uuid4())}
        method = "GET" if body is None else "POST"
        return requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=30)

    def feed(self, after: int = 0) -> list[dict[str, Any]]:
        reply = self.ask(f"/v1/feed?after={after}&limit=200")
        assert reply.status_code == requests.codes.ok, reply.text
        events: list[dict[str, Any]] = reply.json()
        return events

    def head(self) -> int | None:
        """Return the last position; None while the feed has to wait."""
        reply = self.ask("/v1/feed?limit=1")
        assert reply.status_code in {requests.codes.ok, requests.codes.service_unavailable}, reply.text
        return int(reply.headers["Casepath-Head"]) if reply.status_code == requests.codes.ok else None


@pytest.fixture(scope="module")
def pair(running_installation: Installation, installation: Targets) -> list[Receiver]:
    """Return a sandbox and an agency of another name, with the same agreement."""
    operator, url = Api(installation, roles=["operator"]), running_installation.address("partners")
    made = operator.post("partners", "/v1/sandboxes", {"country": "NL"}).json()
    entry = {"name": "Fictitious Harbour", "type": "NGO", "country": "NL"}
    agency = operator.post("partners", "/v1/agencies", entry).json()["id"]
    scopes = {"purpose": "testing", "scopes": ["reading", "reporting", "administering"]}
    key = operator.post("partners", f"/v1/agencies/{agency}/keys", scopes).json()["key"]
    operator.request("PUT", "partners", f"/v1/agencies/{agency}/subscription", body={"types": ["*"]}, if_match="*")
    for each in (made["id"], agency):
        agree(operator, staff(installation), each, (PURPOSE,), CATEGORIES)
    return [Receiver(url, made["id"], made["key"]), Receiver(url, agency, key)]


def played(targets: Targets, name: str, receiver: Receiver) -> list[dict[str, Any]]:
    """Play for a receiver; return the new events once no more arrive."""
    before = settled_head(receiver)
    play_for(targets, name, receiver.id)
    settled_head(receiver, after=before)
    return receiver.feed(before)


def settled_head(receiver: Receiver, after: int = 0) -> int:
    """Return the last position of a stream that has passed `after`, once it stays the same."""
    heads: list[int] = []

    def is_settled() -> bool:
        head = receiver.head()
        heads.extend([] if head is None else [head])
        return bool(heads) and heads[-1] > after and heads[-READINGS:] == [heads[-1]] * READINGS

    wait_until(is_settled, "all events have arrived", 60)
    return heads[-1]


def compared(events: list[dict[str, Any]]) -> Mapping[str, list[object]]:
    """Return the events by source, without times, and with each id as its number in the order of its appearance."""
    numbers: dict[str, str] = {}
    by_source: dict[str, list[object]] = defaultdict(list)
    for event in sorted(events, key=lambda each: (each["source"], each["sequence"])):
        shown = {name: value for name, value in event.items() if name not in OF_THE_MOMENT}
        by_source[event["source"]].append(_numbered(shown, numbers))
    return by_source


def _numbered(value: Any, numbers: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _numbered(each, numbers) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [_numbered(each, numbers) for each in value]
    if isinstance(value, str):
        return ID.sub(lambda found: numbers.setdefault(found.group(), f"id {len(numbers)}"), value)
    return value


def answered(receiver: Receiver, events: list[dict[str, Any]]) -> list[object]:
    """Answer what the events ask for, and something that they do not; return the replies."""
    named = [event["data"]["referral"] for event in events if "referral" in event.get("data", {})]
    consents = [event["data"]["consent"] for event in events if "consent" in event.get("data", {})]
    bodies: list[dict[str, object]] = [
        {"kind": "referral_answer", "about": about, "step": "accept"} for about in dict.fromkeys(named)
    ]
    bodies += [{"kind": "withdrawal_answer", "about": about, "answer": "deleted"} for about in dict.fromkeys(consents)]
    bodies.append({"kind": "referral_answer", "about": str(uuid4()), "step": "accept"})
    replies: list[object] = []
    for body in bodies:
        report = str(uuid4())
        reply = receiver.ask("/v1/agency/reports", {"id": report, **body})
        if reply.status_code == requests.codes.created:
            reply = settled_report(receiver, f"/v1/agency/reports/{report}")
        replies.append((reply.status_code, without_moments(reply.json())))
    return replies


def settled_report(receiver: Receiver, path: str) -> requests.Response:
    wait_until(lambda: receiver.ask(path).json()["state"] != "waiting", "the report is settled", 60)
    return receiver.ask(path)


def without_moments(document: dict[str, Any]) -> Any:
    shown = {name: value for name, value in document.items() if not name.endswith("_at")}
    return _numbered(shown, {})


@pytest.mark.parametrize("name", sorted(PLAYS))
def test_a_sandbox_receives_what_a_real_agency_receives(name: str, pair: list[Receiver], installation: Targets) -> None:
    streams = [played(installation, name, receiver) for receiver in pair]
    assert streams[0]
    assert compared(streams[0]) == compared(streams[1])
    answers = [answered(receiver, stream) for receiver, stream in zip(pair, streams, strict=True)]
    assert answers[0] == answers[1]


def test_both_have_the_same_catalogue(pair: list[Receiver]) -> None:
    catalogues = [receiver.ask("/v1/event-types").json() for receiver in pair]
    assert catalogues[0] == catalogues[1]
    assert catalogues[0]["types"]

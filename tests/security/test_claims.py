"""Claims of the documentation about events, answers and tokens are true."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploy.cli.installation import CHECKOUT
from deploy.cli.staff_token import token
from deploy.documents import event_schemas
from deploy.documents.description import describe_all
from services.registry import events_of
from shared.events.contract import EventType
from shared.events.envelope import ERASED, Event, from_document, schema_address
from shared.reference import code_lists
from tests.kit.waiting import wait_until
from tests.security.town import SERVICES, Person, Town

pytestmark = pytest.mark.security

#: The published event types. Internal types are in no document for integrators.
TYPES = [
    (service, event_type) for service in SERVICES for event_type in events_of(service)[0] if not event_type.is_inside
]
SAMPLES = {
    path.relative_to(CHECKOUT / "tests/contracts").parts[1:]: json.loads(path.read_text())["events"]
    for path in (CHECKOUT / "tests/contracts").glob("*/*/*.json")
}
READER = CHECKOUT / "docs/guides/agencies/reader.py"


def named(entry: object) -> str:
    return entry.name if isinstance(entry, EventType) else str(entry)


def sample(service: str, event_type: EventType) -> Event:
    return from_document(SAMPLES[service, f"{event_type.name}.v{event_type.version}.json"][0])


def is_valid(schema: dict[str, Any], instance: object) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(instance))


@pytest.mark.promise("SEC-117")
@pytest.mark.parametrize(("service", "event_type"), TYPES, ids=named)
def test_a_reader_accepts_what_a_later_release_may_send_and_our_own_checks_do_not(
    service: str, event_type: EventType
) -> None:
    published, closed = event_schemas.published(service, event_type), event_schemas.closed_form(event_type)
    data = dict(sample(service, event_type).data)
    assert is_valid(published, data)
    assert is_valid(closed, data)
    grown = {**data, "a_later_field": 1}
    assert is_valid(published, grown)
    assert not is_valid(closed, grown)
    for name, drawn in published["anyOf"][0]["properties"].items():
        if event_schemas.CODE_LIST in drawn:
            assert is_valid(published, {**data, name: "a_later_code"})
    assert not data or not is_valid(published, {name: ["no", {"such": "form"}] for name in data})


@pytest.mark.promise("SEC-118")
@pytest.mark.parametrize(("service", "event_type"), TYPES, ids=named)
def test_an_erased_event_keeps_its_schema(service: str, event_type: EventType) -> None:
    erased = replace(sample(service, event_type), data={}, classification=ERASED).document()
    assert is_valid(event_schemas.published(service, event_type), erased["data"])
    assert is_valid(event_schemas.closed_form(event_type), erased["data"])
    document: Any = describe_all()[service]["asyncapi"]
    name = f"{event_type.name.replace('.', '_')}_v{event_type.version}"
    payload = document["components"]["messages"][name]["payload"]
    assert is_valid({**payload, "components": document["components"]}, erased)


@pytest.mark.promise("SEC-119")
@pytest.mark.parametrize(("service", "event_type"), TYPES, ids=named)
def test_each_code_names_its_list_or_says_what_it_identifies(service: str, event_type: EventType) -> None:
    published = event_schemas.published(service, event_type)
    for name, drawn in published["anyOf"][0]["properties"].items():
        code = drawn.get("items", drawn)
        if "A-Za-z0-9" not in code.get("pattern", ""):
            continue
        assert code.get(event_schemas.CODE_LIST) in code_lists() or code.get(event_schemas.IDENTIFIES), name


@pytest.mark.promise("SEC-120")
@pytest.mark.integration
@pytest.mark.parametrize("asked", SERVICES)
def test_each_service_resolves_the_schema_of_every_event_of_every_service(town: Town, asked: str) -> None:
    for service, event_type in TYPES:
        urn = schema_address(service, event_type.name, event_type.version)
        answer = town.ask(asked, "GET", f"/v1/schemas/{urn}", None, None)
        assert answer.status_code == 200, urn
        assert answer.json() == event_schemas.published(service, event_type)
    for strange in ("urn:casepath:schema:intake:contact.opened:v99", "urn:casepath:schema:..:a.b:v1", "x"):
        assert town.ask(asked, "GET", f"/v1/schemas/{strange}", None, None).status_code == 404


@pytest.mark.promise("SEC-121")
@pytest.mark.integration
def test_the_document_names_a_refused_key_and_a_restricted_case(town: Town) -> None:
    for service in SERVICES:
        paths = town.ask(service, "GET", "/openapi.json", None, None).json()["paths"]
        for operation in [operation for methods in paths.values() for operation in methods.values()]:
            answers, parameters = operation["responses"], [parameter["name"] for parameter in operation["parameters"]]
            assert "403" in answers or "x-action" not in operation, operation["operationId"]
            assert "422" in answers or "Idempotency-Key" not in parameters, operation["operationId"]
    person = Person(town)
    body = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}
    for language, status in (("bg", 201), ("ro", 422)):
        headers = {"Idempotency-Key": "one-key-for-two-requests"}
        changed = {**body, "language": language}
        assert town.ask("intake", "POST", "/v1/cases", changed, person.token, **headers).status_code == status


class _Feed(BaseHTTPRequestHandler):
    """A feed during a restart: it closes the connection, then answers 503, then has one event."""

    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        if self.asked == 1:
            self.connection.close()
            return
        body = b"" if self.asked == 2 else json.dumps([{"sequence": f"{1:020d}", "logepoch": "a"}]).encode()
        self.send_response(503 if self.asked == 2 else 200)
        self.send_header("Casepath-Epochs", "a@0")
        self.send_header("Casepath-Head", "1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture
def feed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.promise("SEC-122")
def test_the_sample_reader_outlives_a_restart_of_the_service(feed: str, tmp_path: Path) -> None:
    cursor = tmp_path / "cursor.json"
    reader = subprocess.Popen(
        [sys.executable, str(READER), feed, str(cursor)],
        env={"TOKEN": "made-up", "PAUSE": "0.05"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(cursor.exists, "it reads the event once the service is back")
        assert reader.poll() is None
        assert json.loads(cursor.read_text()) == {"position": 1, "epoch": "a"}
    finally:
        reader.kill()
        reader.wait()


@pytest.mark.promise("SEC-123")
def test_a_token_lasts_as_long_as_the_page_says() -> None:
    stated = re.search(r"A token lasts (\d+) minutes", (CHECKOUT / "docs/guides/agencies/feed.md").read_text())
    lifetime = next(option for option in token.params if option.name == "lifetime")
    assert stated is not None
    assert f"{int(stated[1]) // 60}h" == lifetime.default

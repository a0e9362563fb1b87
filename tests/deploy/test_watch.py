"""The command `watch` reads feeds and prints events; the feeds are a small real HTTP server."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from deploy.cli.__main__ import casepath
from deploy.cli.api import Api, Targets
from deploy.cli.watch import Watch, _begin
from shared.access.tokens import OPERATOR, new_key

CASE = "0199f0c2-7d5e-7c3a-9b1e-4f6a2d8c1b57"
OTHER = "0199f0c2-7d5e-7c3a-9b1e-000000000000"


def event(service: str, name: str, position: int, *, cause: str | None = None, subject: str = CASE) -> dict[str, Any]:
    found = {
        "id": f"{service}-{position}",
        "source": f"/casepath/{service}",
        "type": f"org.casepath.{service}.{name}.v1",
        "subject": subject,
        "time": f"2026-05-20T10:00:{position:02d}.000000Z",
        "sequence": f"{position:020d}",
        "data": {},
    }
    return {**found, "causationid": cause} if cause else found


LOGS = {
    "intake": [event("intake", "contact.opened", 1), event("intake", "detection.recorded", 3, subject=OTHER)],
    "legal": [
        event("legal", "clock.started", 4, cause="intake-3"),
        event("legal", "clock.started", 5, cause="f00dcafe-1"),
    ],
}


class Feed(BaseHTTPRequestHandler):
    """Two logs, one per path: `/intake/v1/events`."""

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        query = parse_qs(address.query)
        log = LOGS[address.path.split("/")[1]]
        found = [each for each in log if int(each["sequence"]) > int(query["after"][0])]
        found = [each for each in found if query.get("subject", [each["subject"]])[0] == each["subject"]]
        body = json.dumps(found[:1]).encode()  # one per page
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    made = Api(Targets({name: f"{address}/{name}" for name in LOGS}, new_key(OPERATOR)), roles=["operator"])
    try:
        yield made
    finally:
        for session in made._sessions.values():
            session.close()
        server.shutdown()
        thread.join()
        server.server_close()


def test_every_page_of_every_feed_is_read_in_the_order_of_time_and_once(api: Api) -> None:
    watched = Watch(api, {"legal": 0, "intake": 0})
    assert [each["id"] for each in watched.look()] == ["intake-1", "intake-3", "legal-4", "legal-5"]
    assert watched.look() == []


def test_it_begins_after_a_position(api: Api) -> None:
    assert [each["id"] for each in Watch(api, {"intake": 1}).look()] == ["intake-3"]


def test_one_case_is_followed_alone(api: Api) -> None:
    assert [each["id"] for each in Watch(api, {"intake": 0}, OTHER).look()] == ["intake-3"]


def test_a_line_tells_time_service_type_subject_and_the_cause_by_its_name(api: Api) -> None:
    watched = Watch(api, {"legal": 0, "intake": 0})
    lines = [watched.line(each).plain for each in watched.look()]
    assert lines[0].split() == ["10:00:01.000", "intake", "contact.opened.v1", CASE[-12:]]
    assert lines[2].endswith("← intake detection.recorded.v1")


def test_a_cause_that_was_never_seen_is_told_by_the_beginning_of_its_id(api: Api) -> None:
    watched = Watch(api, {"legal": 0})
    assert watched.line(watched.look()[-1]).plain.endswith("← f00dcafe")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["--service", "police"], "intake"), (["--after", "3"], "--service")],
)
def test_a_wrong_question_is_answered_with_a_sentence(arguments: list[str], told: str) -> None:
    said = CliRunner().invoke(casepath, ["watch", *arguments])
    assert said.exit_code == 2
    assert told in said.output


@pytest.mark.parametrize(("after", "told"), [(999_999, "intake.*7"), (7, ""), (0, "")])
def test_a_position_beyond_the_log_s_end_is_kept_and_told(
    services: Any, capsys: pytest.CaptureFixture[str], after: int, told: str
) -> None:
    services.answer = lambda *_: (200, {"head": 7})
    assert _begin(Api(services.targets, roles=["operator"]), "intake", after, from_first=False) == after
    said = capsys.readouterr()
    assert said.out == ""
    assert re.search(told, said.err)
    assert bool(said.err) == bool(told)

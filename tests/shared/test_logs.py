"""Log lines contain no value of a case, for any source of an error: each test plants a marker and searches for it."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from shared.store.contending import until_won
from shared.telemetry import faults
from shared.telemetry.logs import known_fields

MARKER = "Zdravka-Petrova-0887123456"
BEGIN = f"""
import logging, structlog
from shared.telemetry import logs
logs.configure("intake", form="json", level="info")
log = logs.logger()
MARKER = {MARKER!r}
"""
THROWING = {
    "a database error quotes the row": """
import sqlalchemy
engine = sqlalchemy.create_engine("sqlite://")
with engine.begin() as connection:
    connection.execute(sqlalchemy.text("insert into nowhere values (:name)"), {"name": MARKER})
""",
    "a form quotes the value": """
import marshmallow
class Form(marshmallow.Schema):
    age = marshmallow.fields.Integer()
    def handle_error(self, error, data, **_):
        raise ValueError(f"{error} {data}")
Form().load({"age": MARKER})
""",
    "a web library quotes the address": """
import werkzeug.exceptions
raise werkzeug.exceptions.BadRequest(f"/v1/persons?name={MARKER}")
""",
    "a client quotes the address": """
import requests
requests.get(f"http://127.0.0.1:1/{MARKER}", timeout=1)
""",
    "a json reader quotes the document": "import json; json.loads('{' + MARKER)",
    "one error comes of another": """
try:
    raise KeyError(MARKER)
except KeyError as error:
    raise RuntimeError(MARKER) from error
""",
    "a key is the value": "{}[MARKER]",
    "an error of a class that is named by a value": "raise type(MARKER, (Exception,), {})(MARKER)",
}


def lines(script: str, *, ends_with: int = 0) -> list[dict[str, Any]]:
    return lines_of(BEGIN + script, ends_with=ends_with)


def lines_of(script: str, *, ends_with: int = 0) -> list[dict[str, Any]]:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, text=True, check=False)
    assert MARKER not in done.stdout + done.stderr
    assert (done.returncode, done.stderr) == (ends_with, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.promise("SEC-29")
@pytest.mark.parametrize("throws", THROWING.values(), ids=THROWING.keys())
@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="logs-carry-known-fields")
def test_an_error_is_told_by_class_and_place_and_never_by_its_words(throws: str) -> None:
    inside = "\n".join(f"    {line}" for line in throws.strip().splitlines())
    [line] = lines(f"try:\n{inside}\nexcept Exception:\n    log.exception('request.failed', reason='CODE')\n")
    assert line["event"] == "request.failed"
    assert "error" in line or "error" in line["dropped"]
    assert line["at"]


@pytest.mark.parametrize("throws", THROWING.values(), ids=THROWING.keys())
@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="uncaught-errors-by-place")
def test_an_error_that_ends_the_process_is_one_line_by_class_and_place(throws: str) -> None:
    [line] = lines(throws, ends_with=1)
    assert (line["event"], line["level"]) == ("process.failed", "critical")
    assert line["at"]


@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="uncaught-errors-by-place")
def test_an_error_that_ends_a_thread_is_one_line_by_class_and_place() -> None:
    throwing = "import threading\ndef fail():\n    raise KeyError(MARKER)\n"
    [line] = lines(f"{throwing}thread = threading.Thread(target=fail)\nthread.start()\nthread.join()\n")
    assert (line["event"], line["error"]) == ("process.failed", "KeyError")


@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="uncaught-errors-by-place")
@pytest.mark.parametrize(
    "start",
    ["eventlet.spawn(fail)", "eventlet.spawn_n(fail)", "hub.meanwhile(fail)", "eventlet.spawn(fail_after_read)"],
)
def test_an_error_that_ends_a_green_thread_is_one_line_by_class_and_place(start: str) -> None:
    script = f"""
from shared.runtime.host import hub
hub.prepare()
{BEGIN}
import eventlet, socket
here, there = socket.socketpair()
def fail():
    raise KeyError(MARKER)
def fail_after_read():
    here.recv(1)
    fail()
{start}
eventlet.sleep(0)
there.send(b"x")
eventlet.sleep(0.05)
"""
    [line] = lines_of(script)
    assert (line["event"], line["error"]) == ("thread.failed", "KeyError")


@pytest.mark.hazard("H-CONFIDENTIALITY-1", control="uncaught-errors-by-place")
def test_an_error_that_nobody_can_catch_and_a_line_without_form_are_logged_by_place() -> None:
    script = """
class Kept:
    def __del__(self):
        raise KeyError(MARKER)
kept = Kept()
del kept
logging.getLogger("amqp").warning("%d of %s", MARKER)
"""
    assert [line["event"] for line in lines(script)] == ["process.failed", "log.failed"]


def test_a_library_is_told_by_its_template_or_by_its_place() -> None:
    template, filled, thrown = lines(
        "library = logging.getLogger('nameko.web')\n"
        "library.warning('refused %s', MARKER)\n"
        "library.warning(f'refused {MARKER}')\n"
        "try:\n    raise ValueError(MARKER)\nexcept ValueError:\n    library.exception(MARKER)\n"
    )
    assert (template["event"], template["library"], template["template"]) == (
        "library.said",
        "nameko.web",
        "refused %s",
    )
    assert "template" not in filled
    assert filled["at"][0].startswith("<string>:")
    assert thrown["error"] == "ValueError"


def test_what_is_no_known_field_is_dropped_and_its_name_told() -> None:
    [line] = lines("log.info('case.opened', person=MARKER, position=3, source=MARKER + ' of Sofia', **{MARKER: 1})")
    assert line["position"] == 3
    assert line["dropped"] == ["person", "source", "unknown"]


def test_words_put_where_the_event_stands_are_dropped() -> None:
    [line] = lines("log.info(f'opened the case of {MARKER}')")
    assert line["event"] == "log.unknown"


def test_context_is_looked_at_too() -> None:
    [line] = lines("structlog.contextvars.bind_contextvars(route='/v1/x', name=MARKER)\nlog.info('a.b')")
    assert (line["route"], line["dropped"]) == ("/v1/x", ["name"])


@pytest.mark.parametrize(
    ("name", "value"),
    [("position", "3; Zdravka"), ("request", "Zdravka"), ("route", "/v1/x?name=Zdravka Petrova"), ("reason", '"Zdra"')],
)
def test_a_value_that_has_not_the_form_of_its_field_is_dropped(name: str, value: str) -> None:
    assert known_fields(None, "", {"event": "a.b", name: value}) == {"event": "a.b", "dropped": [name]}


def test_a_line_says_of_which_release_and_replica_it_is() -> None:
    script = """
logs.configure("intake", form="json", level="info", release="1.2.3")
logs.logger().info("service.started")
"""
    [line] = lines(script)
    assert line["release"] == "1.2.3"
    assert re.fullmatch(r"[\w.-]+-\d+", line["replica"])
    assert "dropped" not in line


def test_an_error_is_logged_by_table_sqlstate_and_our_frame_without_its_message() -> None:
    def refused() -> None:
        error = psycopg.errors.UniqueViolation(MARKER)
        raise IntegrityError("insert", {"name": MARKER}, error)

    described = {}
    try:
        Reading().look(refused)
    except IntegrityError as error:
        described = faults.described(error)
    assert described.pop("sqlstate") == "23505"
    assert described.pop("frame").startswith("shared/store/contending.py:")
    assert described == {}
    entry = known_fields(None, "", {"event": "drain.parked", "frame": "services/legal/matter/actions.py:8 project"})
    assert "dropped" not in entry


class Reading:
    """A caller of repository code, as a follower is."""

    def look(self, work: Callable[[], None]) -> None:
        until_won(work)

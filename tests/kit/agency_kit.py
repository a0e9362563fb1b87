"""The receivers' kit of the agencies' guides, run as a developer runs it, and feeds for it to follow."""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import NAMESPACE_URL, uuid5

import pytest

from deploy.cli.installation import CHECKOUT
from deploy.cli.servers import free_ports
from tests.kit.loops import listens
from tests.kit.told_agencies import ToldAgency
from tests.kit.waiting import PATIENCE, wait_until

KIT = CHECKOUT / "docs" / "guides" / "agencies" / "kit"
RECEIVED, WITHDRAWN, ERASED, REDACTED = (
    f"org.casepath.{name}"
    for name in (
        "intake.case.closed.v1",
        "intake.consent.withdrawn.v2",
        "partners.subject.erased.v1",
        "partners.position.emptied.v1",
    )
)
#: How each language runs its file. Each prints a line for each event: the handler, the sequence, the type, the JSON.
LANGUAGES = {
    "python": [sys.executable, str(KIT / "casepath_agency.py")],
    "node": ["node", str(KIT / "casepath_agency.mjs")],
    "php": ["php", str(KIT / "casepath_agency.php")],
    "java": ["java", str(KIT / "CasepathAgency.java")],
}

#: The commands that receive webhooks, where they are not `<file> receive <port>`.
RECEIVERS: dict[str, Callable[[list[str], str], list[str]]] = {
    "php": lambda words, port: [words[0], "-S", f"127.0.0.1:{port}", words[1]],
}


@cache
def command(language: str) -> list[str]:
    """Return the command of a language's file; skip the test if the language is not installed."""
    written = LANGUAGES[language]
    if shutil.which("javac" if language == "java" else written[0]) is None:
        pytest.skip(f"{written[0]} is not installed here: nothing of ours needs it")
    return written


@cache
def _program(language: str) -> list[str]:
    """Return the command of a language's program; Java's is compiled once for all tests."""
    words = command(language)
    if language != "java":
        return words
    folder = tempfile.mkdtemp(prefix="casepath-kit-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    subprocess.run(["javac", "-d", folder, words[1]], check=True)
    return ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", folder, Path(words[1]).stem]


@dataclass
class Program:
    """A run of the kit: its lines on standard output, across restarts."""

    process: "subprocess.Popen[bytes]"
    out: Path
    errors: Path

    def lines(self) -> list[list[str]]:
        """Return the words of each complete line. The last word of an event is its JSON."""
        written = self.out.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
        return [line.split(" ", 3) for line in written]

    def handled(self) -> list[tuple[str, int]]:
        """Return the handler and the position of each event."""
        return [(line[0], int(line[1])) for line in self.lines() if line[0] != "renamed"]

    def wait_for(self, expected: Sequence[tuple[str, int]]) -> None:
        """Wait until the events were handled like this."""
        wait_until(lambda: self.handled()[-len(expected) :] == list(expected), f"it handles {expected}", PATIENCE)

    def ended(self) -> tuple[int, str]:
        """Wait for the end of the program; return its exit code and its message."""
        code = self.process.wait(PATIENCE)
        return code, self.errors.read_text(encoding="utf-8")


@contextmanager
def running(words: Sequence[str], folder: Path, **environment: str) -> Iterator[Program]:
    """Run a program until the block ends. Its output is appended to that of earlier runs in the folder."""
    out, errors = folder / "printed", folder / "errors"
    with out.open("ab") as printed, errors.open("ab") as failed:
        process = subprocess.Popen(list(words), env={**os.environ, **environment}, stdout=printed, stderr=failed)
    try:
        yield Program(process, out, errors)
    finally:
        process.kill()
        process.wait()


def following(language: str, url: str, folder: Path, key: str = "cpk_fictitious") -> Any:
    """Follow a feed with a language's file, with the state in a folder."""
    return running([*_program(language), "follow", url, str(folder / "state.json")], folder, CASEPATH_KEY=key)


@contextmanager
def receiving(language: str, folder: Path, keys: str, port: int | None = None) -> Iterator[tuple[Program, str]]:
    """Receive webhooks with a language's file until the block ends; yield the program and its address."""
    port = port or free_ports(1)[0]
    words = RECEIVERS.get(language, lambda words, port: [*words, "receive", port])(_program(language), str(port))
    with running(words, folder, CASEPATH_SECRET=keys) as program:
        wait_until(lambda: listens(port), "it listens")
        yield program, f"http://127.0.0.1:{port}/"


def event(sequence: int, kind: str = RECEIVED, epoch: str = "a") -> dict[str, Any]:
    """Return an event at a position."""
    named = {"id": str(uuid5(NAMESPACE_URL, f"{sequence}")), "subject": str(uuid5(NAMESPACE_URL, "a person"))}
    return {"specversion": "1.0", **named, "type": kind, "sequence": f"{sequence:020}", "logepoch": epoch, "data": {}}


@dataclass
class Feed:
    """A hand-made stream, served like that of partners. `first` are replies that come before it: status and headers."""

    events: list[dict[str, Any]] = field(default_factory=list)
    epochs: str = "a@0"
    names: list[dict[str, str]] = field(default_factory=list)
    first: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    #: Whether a position beyond the head is answered 409, or with no events.
    refuses_beyond: bool = False
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Answer a request."""
        self.asked.append(path)
        if self.first:
            status, headers = self.first.pop(0)
            return status, headers, b"{}"
        parts = urlsplit(path)
        query = dict(parse_qsl(parts.query))
        if parts.path == "/v1/agency/renamed":
            return 200, {}, json.dumps(self._names(query.get("after"))).encode()
        after, limit, head = int(query["after"]), int(query.get("limit", "200")), len(self.events)
        headers = {"Casepath-Head": str(head), "Casepath-Epochs": self.epochs}
        if self.refuses_beyond and after > head:
            return 409, {}, b"{}"
        page = self.events[after:][:limit]
        if "wait" in query and not page:
            threading.Event().wait(0.05)
        return 200, headers, json.dumps(page).encode()

    def _names(self, after: str | None) -> dict[str, Any]:
        """Return a page of one name."""
        first = 0 if after is None else [each["now"] for each in self.names].index(after) + 1
        page = self.names[first : first + 1]
        return {"names": page, "next": page[0]["now"] if first + 1 < len(self.names) else None}


Answer = Callable[[str, str | None], tuple[int, dict[str, str], bytes]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve GET requests until the block ends; yield the address. `answer` gets the path and the authorisation."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, headers, body = answer(self.path, self.headers.get("Authorization"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_of: object) -> None:
            """Ignore programs that are stopped during a request."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving_feed(feed: Feed) -> Iterator[Feed]:
    """Serve a hand-made stream until the block ends."""
    with serving(lambda path, _key: feed.answer(path)) as feed.url:
        yield feed


@contextmanager
def serving_partners(agency: ToldAgency) -> Iterator[str]:
    """Serve the routes of partners over HTTP to holders of an agency's key until the block ends."""
    one_at_a_time = threading.Lock()

    def answer(path: str, authorization: str | None) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        query = {name: value for name, value in parse_qsl(parts.query) if name != "wait"}
        asker = agency if authorization == f"Bearer {agency.key}" else ToldAgency(agency.partners, "", "no key", "")
        with one_at_a_time:
            reply = asker.ask(parts.path, **query)
        body: bytes = reply.get_data()
        if body == b"[]":
            threading.Event().wait(0.05)
        kept = ("Casepath-Head", "Casepath-Epochs", "Retry-After")
        return reply.status_code, {name: reply.headers[name] for name in kept if name in reply.headers}, body

    with serving(answer) as url:
        yield url

"""The sample reader, run as an integrator would, on a real service's feed: stopped, restarted, restored."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from shared.store.database import Database, engine_for
from tests.kit.serving import Site, opened
from tests.kit.waiting import PATIENCE, wait_until

pytestmark = [pytest.mark.integration, pytest.mark.slow]

READER = CHECKOUT / "docs" / "guides" / "agencies" / "reader.py"
OPENING = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": True}


class Reader:
    """The reader's process. One file collects all its output across restarts."""

    def __init__(self, folder: Path, url: str, token: str) -> None:
        self.cursor, self._printed = folder / "cursor.json", folder / "printed"
        self._command = [sys.executable, str(READER), url, str(self.cursor)]
        self._environment = {**os.environ, "TOKEN": token, "PAUSE": "0.05"}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> "subprocess.Popen[str]":
        with self._printed.open("a") as out:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=out, stderr=subprocess.PIPE, text=True
            )
        return self.process

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()

    def positions(self) -> list[int]:
        """Return the positions of all complete lines. The last line may still be incomplete."""
        lines = self._printed.read_text().rpartition("\n")[0].splitlines()
        return [int(json.loads(line)["sequence"]) for line in lines]


@pytest.fixture
def site(tmp_path: Path, postgres: servers.PostgresServer, vhost: str) -> Iterator[Site]:
    with opened(tmp_path, postgres, vhost, f"reader{uuid4().hex[:8]}") as found:
        yield found


def restore(url: str, position: int) -> None:
    """Reset the log as if the database was restored from a backup without the later events."""
    database = Database(engine_for(url))
    with database.transaction() as session:
        session.execute(text("delete from event_log where position is null or position > :at"), {"at": position})
        session.execute(text("update event_log_head set position = :at"), {"at": position})
        session.execute(text("update event_log_published set position = least(position, :at)"), {"at": position})
        session.execute(text("update event_log_epochs set identity = 'an older copy'"))
    database.engine.dispose()


def test_a_developer_follows_a_service_through_stops_and_restores(site: Site, tmp_path: Path) -> None:
    site.start("intake")
    site.wait_ready("intake")
    worker = site.api("caseworker")
    reader = Reader(tmp_path, site.installation.address("intake"), site.targets.token(["operator"], str(uuid4())))

    def tell() -> None:
        worker.post("intake", "/v1/cases", OPENING)

    try:
        reader.start()
        tell()
        wait_until(lambda: bool(reader.positions()), "it prints the first events")
        reader.kill()
        tell()
        reader.start()
        head = head_of(site)
        wait_until(lambda: reader.positions()[-1:] == [head], "it goes on where it stood")
        assert sorted(set(reader.positions())) == list(range(1, head + 1))
        wait_until(lambda: json.loads(reader.cursor.read_text())["position"] == head, "it keeps how far it came")

        reader.kill()
        site.stop("intake")
        restore(site.owner_url("intake"), head)
        site.start("intake")
        site.wait_ready("intake")
        tell()
        reader.start()
        wait_until(lambda: reader.positions()[-1] > head, "a restore that lost nothing changes nothing")
        read = head_of(site)
        wait_until(lambda: reader.positions()[-1] == read, "it reads all")
        reader.kill()

        site.stop("intake")
        restore(site.owner_url("intake"), read - 1)
        site.start("intake")
        site.wait_ready("intake")
        process = reader.start()
        _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert said == f"The service was restored: go back to {read - 1}, and forget what you made of later events.\n"
    finally:
        reader.kill()


def head_of(site: Site) -> int:
    return int(site.api("operator").get("intake", "/v1/exchange").json()["head"])


def event(position: int, epoch: str) -> dict[str, Any]:
    return {"sequence": f"{position:020d}", "logepoch": epoch}


@pytest.mark.parametrize(
    ("epochs", "stops_at"),
    [
        ("a@0", None),
        ("a@0, b@7", None),
        ("a@0, b@9", None),
        ("a@0, b@6", 6),
        ("a@0, b@9, c@3", 3),
        ("z@0", 0),
    ],
)
def test_a_reader_at_position_7_of_epoch_a_goes_on_only_where_the_log_agrees(
    tmp_path: Path, epochs: str, stops_at: int | None
) -> None:
    asked: list[str] = []

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps([event(8, "c")] if self.path.endswith("after=7") else []).encode()
            self.send_response(200)
            self.send_header("Casepath-Epochs", epochs)
            self.send_header("Casepath-Head", "8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    reader = Reader(tmp_path, f"http://127.0.0.1:{server.server_port}", "a-made-up-token")
    reader.cursor.write_text(json.dumps({"position": 7, "epoch": "a"}))
    try:
        process = reader.start()
        if stops_at is None:
            wait_until(lambda: reader.positions() == [8], "it goes on")
        else:
            assert f"go back to {stops_at}," in process.communicate(timeout=PATIENCE)[1]
            assert reader.positions() == []
    finally:
        reader.kill()
        server.shutdown()
        server.server_close()
    assert asked[0] == "/v1/events?after=7"

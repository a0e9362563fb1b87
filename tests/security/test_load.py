"""A caller with many concurrent requests is slowed down, and other callers are not."""

import contextlib
import json
import selectors
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest

from tests.kit.waiting import wait_until
from tests.security.town import Person, Town

pytestmark = [pytest.mark.integration, pytest.mark.security]

#: The default settings: how many requests of one caller run at once, and how many may wait or run.
AT_ONCE, IN_HAND = 2, 32
MORE = 8
DETECTION = {
    "indicators": ["deception"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["FalsePromises"],
    "sectors": [],
    "detector": "ngo",
}


@contextlib.contextmanager
def held(url: str, case: str) -> Iterator[None]:
    """Lock a case's row, so that changes of the case wait."""
    with psycopg.connect(url) as connection:
        connection.execute("select 1 from cases where id = %s for update", (case,))
        yield
        connection.rollback()


def waiting(url: str) -> int:
    """Return the number of transactions that wait for a lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        waiters = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        [(count,)] = connection.execute(waiters).fetchall()
        return int(count)


class Asker:
    """A client that records detections concurrently, each on its own connection."""

    def __init__(self, person: Person, stack: contextlib.ExitStack) -> None:
        self._person = person
        self._address = urlsplit(person.town.site.installation.address("intake"))
        self._stack = stack
        self._ready = stack.enter_context(selectors.DefaultSelector())
        self.answers: list[bytes] = []

    def ask(self) -> None:
        """Send one more request on its own connection."""
        connection = socket.create_connection((str(self._address.hostname), int(self._address.port or 0)), timeout=30)
        self._stack.enter_context(connection)
        body = json.dumps(DETECTION)
        head = (
            f"POST /v1/cases/{self._person.case}/detections HTTP/1.1",
            "Host: a",
            f"Authorization: Bearer {self._person.token}",
            f"Idempotency-Key: {uuid4()}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        connection.sendall("\r\n".join((*head, "", body)).encode())
        self._ready.register(connection, selectors.EVENT_READ)

    def statuses(self) -> list[int]:
        """Return the statuses of all answers so far."""
        for key, _ in self._ready.select(0.1):
            connection: Any = key.fileobj
            self.answers.append(connection.recv(65536))
            self._ready.unregister(connection)
        return [int(answer.split(b" ", 2)[1]) for answer in self.answers]


@pytest.mark.promise("SEC-104")
def test_who_has_their_share_in_hand_is_told_to_wait_and_another_is_served(town: Town) -> None:
    one, other = Person(town), Person(town)
    one.open_case()
    other.open_case()
    url = town.site.database_url("intake")
    with contextlib.ExitStack() as stack:
        asker = Asker(one, stack)
        with held(url, one.case):
            for _ in range(IN_HAND + MORE):
                asker.ask()
            wait_until(lambda: asker.statuses().count(429) == MORE, f"{MORE} of {IN_HAND + MORE} are refused", 20)
            assert waiting(url) <= AT_ONCE
            served = town.ask("intake", "GET", f"/v1/cases/{other.case}", None, other.token)
            assert served.status_code == 200
        refused = [answer for answer in asker.answers if answer.startswith(b"HTTP/1.1 429 ")]
        assert [b"\r\nRetry-After: 1\r\n" in answer for answer in refused] == [True] * MORE
        assert [b"application/problem+json" in answer for answer in refused] == [True] * MORE
        wait_until(lambda: len(asker.statuses()) == IN_HAND + MORE, "those that waited have their turn", 20)
        # The case was locked. Requests that waited too long got 503 and may be retried.
        assert asker.statuses().count(201) + asker.statuses().count(503) == IN_HAND
        assert asker.statuses().count(201) > IN_HAND / 2
        asker.ask()
        wait_until(lambda: len(asker.statuses()) == IN_HAND + MORE + 1, "who tries again has their turn", 20)
        assert asker.statuses()[-1] == 201

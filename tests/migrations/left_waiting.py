"""Leaves pending work in an installation: a held and a parked subject, and an unread queue."""

import base64
import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import amqp
import psutil
import psycopg
from kombu.utils.url import parse_url
from psycopg import sql

from deploy.cli import running
from deploy.cli.installation import Installation
from deploy.cli.stores import Stores
from tests.kit.waiting import wait_until

#: A subject is parked after six attempts; a held one has had five, so that its next attempt is minutes away.
_BEFORE_PARKING: Final = 5
_SECONDS: Final = 120
#: The broker closes the connection of a suspended process after this time.
_SILENCE_SECONDS: Final = 90
#: Every message has arrived if none did during this time.
_PAUSE_SECONDS: Final = 3
_TRIGGER: Final = "kept_failing"


@dataclass
class Failing:
    """A projection's table in which rows of some subjects fail, like a programming error."""

    connection: "psycopg.Connection[Any]"
    table: str
    column: str

    def start(self, *subjects: str) -> None:
        """Fail for these subjects from now on."""
        literals = sql.SQL(", ").join(sql.Literal(subject) for subject in subjects)
        body = sql.SQL(
            "begin if new.{}::text in ({}) then raise exception 'fictitious'; end if; return new; end"
        ).format(sql.Identifier(self.column), literals)
        function = sql.SQL("create or replace function {}() returns trigger language plpgsql as {}")
        self.connection.execute(function.format(sql.Identifier(_TRIGGER), sql.Literal(body.as_string(self.connection))))
        self.connection.execute(
            sql.SQL("create trigger {} before insert or update on {} for each row execute function {}()").format(
                sql.Identifier(_TRIGGER), sql.Identifier(self.table), sql.Identifier(_TRIGGER)
            )
        )

    def hurry(self, held: str, parked: str) -> None:
        """Retry the subjects immediately, until one is parked and the other has one attempt left."""
        due = "update follow_holds set next_try_at = now() where subject = %s and attempts < %s and parked_at is null"

        def is_left() -> bool:
            self.connection.execute(due, [held, _BEFORE_PARKING])
            self.connection.execute(due, [parked, _BEFORE_PARKING + 1])
            rows = self.connection.execute("select subject::text, attempts, parked_at from follow_holds").fetchall()
            states = {subject: (attempts, at is not None) for subject, attempts, at in rows}
            return states.get(held) == (_BEFORE_PARKING, False) and states.get(parked, (0, False))[1]

        wait_until(is_left, "one subject is held, and another is parked", _SECONDS)
        time.sleep(_PAUSE_SECONDS)  # a subject is marked as parked before its last attempt, which must fail as well

    def stop(self) -> None:
        """Restore the table."""
        self.connection.execute(
            sql.SQL("drop trigger {} on {}").format(sql.Identifier(_TRIGGER), sql.Identifier(self.table))
        )
        self.connection.execute(sql.SQL("drop function {}()").format(sql.Identifier(_TRIGGER)))


@contextlib.contextmanager
def failing(stores: Stores, service: str, table: str, column: str) -> Iterator[Failing]:
    """Yield a table that can fail at a service."""
    with psycopg.connect(stores.owner_url(service), autocommit=True) as connection:
        yield Failing(connection, table, column)


def hold_still(installation: Installation, service: str) -> None:
    """Suspend a service: it reads nothing and closes nothing. It ends with `up`, which kills it."""
    processes = running.read(installation.running_file)["processes"]
    [pid] = [int(each["pid"]) for each in processes if each["name"] == service]
    for process in [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]:
        process.send_signal(signal.SIGSTOP)


def unread(uri: str, queue: str) -> list[dict[str, Any]]:
    """Return the messages that wait in a queue, in order, without consuming them.

    The broker redelivers them after it has closed the connection of the suspended process.
    """
    connection = amqp.Connection(**_address(uri), read_timeout=5)
    connection.connect()
    channel = connection.channel()
    messages: list[dict[str, Any]] = []
    channel.basic_consume(queue, callback=lambda message: messages.append(_kept(message)))
    until = time.monotonic() + _SILENCE_SECONDS
    try:
        while time.monotonic() < until:
            try:
                connection.drain_events(timeout=_PAUSE_SECONDS)
            except TimeoutError:
                if messages:
                    break
    finally:
        connection.close()
    return messages


def _kept(message: amqp.Message) -> dict[str, Any]:
    body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
    info = message.delivery_info
    return {
        "exchange": info["exchange"],
        "routing_key": info["routing_key"],
        "properties": {name: value for name, value in message.properties.items() if isinstance(value, (str, int))},
        "body": base64.b64encode(body).decode("ascii"),
    }


def _address(uri: str) -> dict[str, Any]:
    found = parse_url(uri)
    return {
        "host": f"{found['hostname']}:{found['port']}",
        "userid": found["userid"],
        "password": found["password"],
        "virtual_host": found["virtual_host"] or "/",
    }

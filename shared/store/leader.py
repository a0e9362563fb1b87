"""One leader per service and task, elected by a PostgreSQL advisory lock on a separate session.

The lock lives as long as the session, and the session is bounded. A leader that is frozen or cut off from the database
stops its heartbeat, the server ends the session, and another process takes over. A leader that froze between two
statements of a pipeline does not look idle to the server; the next candidate ends its session. All changes reserved for
the leader must use `Lease.connection`, so that a leader that resumes late cannot change anything.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import TracebackType
from typing import Self

import psycopg

from shared.store.file_address import connecting, is_login_refused

#: Seconds without a heartbeat after which the server ends a leader's session.
SILENCE_SECONDS = 10
#: TCP keepalive of the server: by default it would keep the lock of a failed machine for hours.
_SERVER_LOOKS = "-c tcp_keepalives_idle=2 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
_END_FROZEN = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = %(name)s and datname = current_database() and usename = current_user
        and wait_event = 'ClientRead' and clock_timestamp() - xact_start > make_interval(secs => %(silence)s)
"""


class LeaseLost(Exception):
    """This process has lost the leadership: its session or connection ended. Another process might already lead."""

    retryable = True


class Lease:
    """The leadership of this process."""

    def __init__(self, connection: "psycopg.Connection") -> None:
        """Store the session that holds the lock."""
        self.connection = connection

    def renew(self) -> None:
        """Send a heartbeat. Raises `LeaseLost`. Call it at least every few seconds."""
        with self.guarded() as connection:
            connection.execute("select 1")

    @contextmanager
    def guarded(self) -> "Iterator[psycopg.Connection]":
        """Return the lock's own connection for a statement reserved for the leader. Raises `LeaseLost`."""
        try:
            yield self.connection
        except psycopg.Error as error:
            raise LeaseLost(type(error).__name__) from None

    def interrupt(self) -> None:
        """End the session from another thread: a call that waits for its answer fails."""
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.connection.fileno())) as same:
            same.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        """Return the lease."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release the lock by ending the session."""
        self.connection.close()


def try_acquire(url: str, task: str) -> Lease | None:
    """Try to become the leader for `task` in this database; return None if another process leads.

    Raises `psycopg.OperationalError` if the database cannot be reached.
    """
    name, silence = f"casepath leader {task}", SILENCE_SECONDS * 1000
    bounds = f"-c idle_session_timeout={silence} -c idle_in_transaction_session_timeout={silence} "
    connect = partial(
        psycopg.connect,
        autocommit=True,
        connect_timeout=5,
        application_name=name,
        keepalives_idle=2,
        keepalives_interval=1,
        keepalives_count=3,
        tcp_user_timeout=silence,
        options=f"{bounds} -c statement_timeout=5000 -c lock_timeout=5000 {_SERVER_LOOKS}",
    )
    connection = connecting(url, connect, is_refusal=is_login_refused)
    lock_row = connection.execute(
        "select pg_try_advisory_lock(hashtextextended(%s, 0))", [f"casepath.{task}"]
    ).fetchone()
    if lock_row is not None and lock_row[0]:
        return Lease(connection)
    connection.execute(_END_FROZEN, {"name": name, "silence": SILENCE_SECONDS})
    connection.close()
    return None

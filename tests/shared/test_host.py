"""Under the host, psycopg waits cooperatively: a slow query must not block the process. Each test runs a process."""

import ast
import os
import re
import subprocess
import sys

import pytest

from deploy.cli.installation import CHECKOUT
from deploy.cli.servers import PostgresServer
from tests.kit.databases import owner_url
from tests.kit.waiting import PATIENCE

pytestmark = pytest.mark.integration

PROGRAM = """
from shared.runtime import host
host.prepare()
import sys, threading
from contextlib import suppress
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from shared.store.database import engine_for
# The slow query ends once the quick ones are over: a loaded machine may need seconds for them.
WAKE = "select pg_cancel_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'"
engine, order = engine_for(sys.argv[1]), []
def slow():
    with suppress(DBAPIError), engine.connect() as connection:
        connection.execute(text("select pg_sleep(10)"))
    order.append("slow")
def quick():
    for _ in range(3):
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        order.append("quick")
    with engine.connect() as connection:
        connection.execute(text(WAKE))
threads = [threading.Thread(target=each) for each in (slow, quick)]
[each.start() for each in threads]
[each.join() for each in threads]
print(" ".join(order))
"""

MEANWHILE = """
from shared.runtime import host
host.prepare()
import sys
from contextvars import ContextVar
from sqlalchemy import text
from shared.store.database import engine_for
engine, order, of_request = engine_for(sys.argv[1]), [], ContextVar("of_request")
of_request.set("written")
with engine.connect() as connection:
    connection.execute(text("select 1"))
    wait = host.meanwhile(lambda: order.append(of_request.get()) or "answered")
    order.append("begun")
    connection.execute(text("select pg_sleep(0.2)"))
    order.append("stored")
order.append(wait())
print(" ".join(order))
"""

LOOKUP = """
import os, socket
end, beginning = os.pipe()
read, write = os.read, os.write
def slow(*_arguments, **_named):
    read(end, 1)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 9))]
socket.getaddrinfo = slow
from shared.runtime import host
host.prepare()
import threading
order = []
def connect():
    order.append("asked")
    try:
        socket.create_connection(("source.example", 9))
    except OSError:
        order.append("answered")
def other():
    order.append("other")
    write(beginning, b".")
threads = [threading.Thread(target=each) for each in (connect, other)]
[each.start() for each in threads]
[each.join() for each in threads]
print(" ".join(order))
"""

ENDLESS_LOOKUP = """
import os, socket
end, beginning = os.pipe()
read = os.read
socket.getaddrinfo = lambda *_arguments, **_named: read(end, 1)
from shared.runtime import host
host.prepare()
import eventlet
eventlet.spawn(socket.getaddrinfo, "source.example", 9)
eventlet.sleep(0)
eventlet.sleep(0)
print("the end")
"""


def run(program: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=told,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_others_go_on_while_one_query_takes_long(fresh_database: str) -> None:
    done = run(PROGRAM, fresh_database)
    assert done.stdout.split() == ["quick", "quick", "quick", "slow"], done.stderr


def test_a_response_is_sent_during_a_commit_with_the_context_of_its_request(fresh_database: str) -> None:
    done = run(MEANWHILE, fresh_database)
    assert done.stdout.split() == ["begun", "written", "stored", "answered"], done.stderr


def test_others_go_on_while_a_name_is_looked_up() -> None:
    """The lookup ends only after the other thread has run: a lookup that blocked the process would never end."""
    done = run(LOOKUP)
    assert done.stdout.split() == ["asked", "other", "answered"], done.stderr


def test_a_lookup_without_an_answer_does_not_keep_a_process_from_its_end() -> None:
    done = run(ENDLESS_LOOKUP)
    assert (done.returncode, done.stdout.strip()) == (0, "the end"), done.stderr


def test_a_name_that_nobody_knows_is_an_error_like_any_other() -> None:
    done = run(
        "from shared.runtime import host; host.prepare(); import socket; socket.getaddrinfo('nobody.invalid', 9)"
    )
    assert "socket.gaierror" in done.stderr


def test_the_migrations_that_a_service_lacks_are_those_that_alembic_would_run(postgres: PostgresServer) -> None:
    program = """
import sys
from alembic.script import ScriptDirectory
from services.registry import parts_of
from shared.store import migration
service, url = sys.argv[1:]
migrations = parts_of(service)[0].migrations
print([each.revision for each in ScriptDirectory.from_config(migration._config(migrations)).walk_revisions()])
print(migration.pending_migrations(migrations, url))
migration.migrate(migrations, url)
print(migration.pending_migrations(migrations, url))
"""
    postgres.create_database("unmigrated")
    done = run(program, "intake", postgres.owner_url("unmigrated"), PSYCOPG_WAIT_FUNC="wait_selector")
    all_of_them, before, after = map(ast.literal_eval, done.stdout.splitlines())
    assert sorted(before) == sorted(all_of_them) != []
    assert after == []


def test_a_database_of_a_later_release_that_serves_this_one_no_longer_is_refused(fresh_database: str) -> None:
    program = """
import sys
from sqlalchemy import text
from services.registry import parts_of
from shared.store import database, migration
migration.migrate(parts_of("intake")[0].migrations, sys.argv[1])
with database.engine_for(sys.argv[1]).begin() as connection:
    connection.execute(text("update alembic_version set version_num = 'intake_9999' where version_num like 'intake%'"))
    connection.execute(text("comment on table alembic_version is 'casepath: served by releases from 999.0.0'"))
migration.pending_migrations(parts_of("intake")[0].migrations, sys.argv[1])
"""
    done = run(program, owner_url(fresh_database), PSYCOPG_WAIT_FUNC="wait_selector")
    assert re.search(r"DatabaseNewer: .*intake_9999", done.stderr)


def test_a_process_whose_psycopg_would_block_is_refused(fresh_database: str) -> None:
    program = "import sys; from shared.store.database import engine_for; engine_for(sys.argv[1]).connect()"
    done = run(program, fresh_database, PSYCOPG_WAIT_FUNC="wait_c")
    assert done.returncode != 0
    assert "wait_selector" in done.stderr

"""Psycopg waits cooperatively under the host: one slow query must not stop the process. In a process of its own."""

import os
import subprocess
import sys

import pytest

from deploy.cli.installation import CHECKOUT

pytestmark = pytest.mark.integration

PROGRAM = """
from shared import host
host.prepare()
import sys, threading
from sqlalchemy import text
from shared.database import engine_for
engine, order = engine_for(sys.argv[1]), []
def slow():
    with engine.connect() as connection:
        connection.execute(text("select pg_sleep(1)"))
    order.append("slow")
def quick():
    for _ in range(3):
        with engine.connect() as connection:
            connection.execute(text("select 1"))
        order.append("quick")
threads = [threading.Thread(target=each) for each in (slow, quick)]
[each.start() for each in threads]
[each.join() for each in threads]
print(" ".join(order))
"""


def run(program: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    told = {**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], env=told, capture_output=True, text=True, check=False, timeout=60
    )


def test_others_go_on_while_one_query_takes_long(fresh_database: str) -> None:
    done = run(PROGRAM, fresh_database)
    assert done.stdout.split() == ["quick", "quick", "quick", "slow"], done.stderr


def test_a_process_whose_psycopg_would_block_is_refused(fresh_database: str) -> None:
    program = "import sys; from shared.database import engine_for; engine_for(sys.argv[1]).connect()"
    done = run(program, fresh_database, PSYCOPG_WAIT_FUNC="wait_c")
    assert done.returncode != 0
    assert "wait_selector" in done.stderr

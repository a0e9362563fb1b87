"""A store of intake as an installation of many years has it: 100,000 cases of others; see the statements beside."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

import psycopg

CASES: Final = 100_000
#: So many of each kind wait for data protection, or for a second person.
WAITING: Final = 40
_STATEMENTS: Final = Path(__file__).with_suffix(".sql")


def staff(number: int) -> UUID:
    """Return one of the 500 members of staff, who works on about 400 of the cases."""
    return UUID(int=4096 + number)


def supervisor(number: int) -> UUID:
    """Return one of the 50 supervisors, who supervises ten of the staff."""
    return UUID(int=1_048_576 + number)


def fill(connection: psycopg.Connection[Any]) -> None:
    """Store the cases and their records, and have the planner look at them, as it does by itself in the long run.

    The connection commits by itself.
    """
    connection.execute("set statement_timeout = 0")
    connection.execute(_STATEMENTS.read_text(encoding="utf-8"))
    connection.execute("vacuum analyze")

"""An intake database as after many years, mostly with cases of other staff; see the SQL file next to this module."""

from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import psycopg

CASES: Final = 100_000
#: How ids are created: at random, or in the order of time like those of the product.
Ids: TypeAlias = Literal["v4", "v7"]
IDS: Final[tuple[Ids, ...]] = ("v4", "v7")
#: The number of items of each kind that wait for data protection, or for a second person.
WAITING: Final = 40
#: A person who works on ten of the cases.
LIGHT: Final = UUID(int=4095)
_STATEMENTS: Final = Path(__file__).with_suffix(".sql")


def staff(number: int) -> UUID:
    """Return a staff member: there is one for 200 cases, and each works on about 400 of them."""
    return UUID(int=4096 + number)


def supervisor(number: int) -> UUID:
    """Return a supervisor: there is one for 2,000 cases, and each supervises ten of the staff."""
    return UUID(int=1_048_576 + number)


def fill(connection: psycopg.Connection[Any], *, cases: int | None = None, ids: Ids = "v7") -> None:
    """Store the cases and their records, and collect the planner's statistics, as autovacuum does over time.

    Args:
        connection: In autocommit mode.
        cases: The number of cases, a multiple of 2,000; default `CASES`.
        ids: How ids are created.
    """
    connection.execute("set statement_timeout = 0")
    connection.execute(
        "select set_config('fill.cases', %s, false), set_config('fill.ids', %s, false)", (str(cases or CASES), ids)
    )
    connection.execute(_STATEMENTS.read_text(encoding="utf-8"))
    connection.execute("vacuum analyze")

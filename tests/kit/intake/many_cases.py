"""A store of intake as an installation of many years has it, most of it cases of others; see the statements beside."""

from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import psycopg

CASES: Final = 100_000
#: How ids are made: at random, or as the product makes them, in the order of time.
Ids: TypeAlias = Literal["v4", "v7"]
IDS: Final[tuple[Ids, ...]] = ("v4", "v7")
#: So many of each kind wait for data protection, or for a second person.
WAITING: Final = 40
#: Works on ten of the cases.
LIGHT: Final = UUID(int=4095)
_STATEMENTS: Final = Path(__file__).with_suffix(".sql")


def staff(number: int) -> UUID:
    """Return one of the members of staff, one for 200 cases, who works on about 400 of the cases."""
    return UUID(int=4096 + number)


def supervisor(number: int) -> UUID:
    """Return one of the supervisors, one for 2,000 cases, who supervises ten of the staff."""
    return UUID(int=1_048_576 + number)


def fill(connection: psycopg.Connection[Any], *, cases: int | None = None, ids: Ids = "v7") -> None:
    """Store the cases and their records, and have the planner look at them, as it does by itself in the long run.

    Args:
        connection: Commits by itself.
        cases: How many, a multiple of 2,000; `CASES` of them by default.
        ids: How they are made.
    """
    connection.execute("set statement_timeout = 0")
    connection.execute(
        "select set_config('fill.cases', %s, false), set_config('fill.ids', %s, false)", (str(cases or CASES), ids)
    )
    connection.execute(_STATEMENTS.read_text(encoding="utf-8"))
    connection.execute("vacuum analyze")

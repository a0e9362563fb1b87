"""mypy detects mistakes in a column, a command, a view or a hook: each is planted here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT

_HEAD = """
from datetime import date
from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session

from shared.access.columns import declared_column
from shared.access.declarations import not_null, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.views import View, shown
from shared.events.contract import Code, Codes, Day, Reference
from shared.http import Command, optional, required
from shared.runtime.hooks import Hook


class Record(DeclarativeBase):
    pass


class Visit(Record):
    __tablename__ = "visits"
    id: Mapped[UUID] = declared_column(Reference(), FieldClass.BASIC, "The visit.", primary_key=True)
    kind: Mapped[str] = declared_column(Code(("a", "b")), FieldClass.BASIC, "Its kind.")
    ended_on: Mapped[date | None] = declared_column(nullable(Day()), FieldClass.BASIC, "Its end.")


VISITED = Hook[Visit]("visited")
"""
_COLUMN = "class Other(Record):\n    __tablename__ = 'others'\n    "
_COMMAND = "class Change(Command):\n    "
_VIEW = "class Shown(View):\n    "
_FOLLOWER = "def follow(session: Session, payload: {}) -> None: ...\n\n\nVISITED.then(follow)"
RIGHT = {
    "column": _COLUMN + 'day: Mapped[date] = declared_column(Day(), FieldClass.BASIC, "The day.")',
    "command": _COMMAND + "kind: str | None = optional(or_null(Visit.kind), default=None)",
    "not null": _COMMAND + "ended_on: date = required(not_null(Visit.ended_on))",
    "view": _VIEW + "kind = Visit.kind",
    "hook": "def visit(session: Session) -> None:\n    VISITED.announce(session, Visit())",
    "follower": _FOLLOWER.format("Visit"),
}
MISTAKES = {
    "field of another type": _COLUMN + 'day: Mapped[date] = declared_column(Code(), FieldClass.BASIC, "The day.")',
    "one code for many": _COLUMN + 'kinds: Mapped[list[str]] = declared_column(Code(), FieldClass.BASIC, "Kinds.")',
    "null in a column without": _COLUMN + 'day: Mapped[date] = declared_column(nullable(Day()), None, "The day.")',
    "column with null": _COLUMN + 'day: Mapped[date | None] = declared_column(Day(), None, "The day.")',
    "column without a class": _COLUMN + 'day: Mapped[date] = declared_column(Day(), "The day.")',
    "another type in a command": _COMMAND + "kind: int = required(Visit.kind)",
    "null in a command": _COMMAND + "ended_on: date = required(Visit.ended_on)",
    "misspelt column in a command": _COMMAND + "kind: str = required(Visit.kindd)",
    "default of another type": _COMMAND + "kind: str = optional(Visit.kind, default=None)",
    "misspelt column in a view": _VIEW + "kind = Visit.kindd",
    "unknown field of a command": _COMMAND + "kind: str = required(Visit.kind)\n\nprint(Change(kind='a').sort)",
    "view that is none": "shown(object(), Visit)",
    "payload of another type": "def visit(session: Session) -> None:\n    VISITED.announce(session, 'visit')",
    "follower of another payload": _FOLLOWER.format("str"),
}


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of the examples in which mypy reports errors; all are checked in one run."""
    folder = tmp_path_factory.mktemp("planted")
    names = {f"example_{number}": name for number, name in enumerate({**RIGHT, **MISTAKES})}
    for module, name in names.items():
        (folder / f"{module}.py").write_text(f"{_HEAD}\n\n{({**RIGHT, **MISTAKES})[name]}\n", encoding="utf-8")
    files = [str(folder / f"{module}.py") for module in names]
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(CHECKOUT / "pyproject.toml"), *files],
        check=False,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
    )
    return {names[Path(found).stem] for found in re.findall(r"^(\S+?\.py):\d+: error", run.stdout, re.MULTILINE)}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_planted_mistake_is_found(name: str, refused: set[str]) -> None:
    assert name in refused


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_passes(name: str, refused: set[str]) -> None:
    assert name not in refused

"""Record the SQL statements of a block, for every database of the process: number, kind, and the line that caused each.

::

    with statements() as sent:
        worker.ask("GET", f"/v1/cases/{case}")
    assert sum(statement.reads for statement in sent) <= 4, listing(sent)
"""

import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

_CHECKOUT = Path(__file__).resolve().parents[2]
_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


@dataclass(frozen=True)
class Statement:
    """One statement as it was sent, and the line of our code that caused it, as `path:number function`."""

    database: str
    text: str
    made_by: str
    parameters: Any = field(default=None, repr=False, compare=False)

    @property
    def verb(self) -> str:
        """Return the first word, such as SELECT or INSERT."""
        return self.text.split(None, 1)[0].upper()

    @property
    def reads(self) -> bool:
        """Return whether the first word writes nothing; a WITH therefore counts as a read, like a SELECT."""
        return self.verb not in _WRITES


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """Yield a list that receives every statement that this process sends until the block ends.

    A statement with many rows counts once. BEGIN and COMMIT are not included, nor statements that bypass SQLAlchemy.
    """
    sent: list[Statement] = []

    def add(connection: Connection, _cursor: Any, text: str, parameters: Any, *_of_execution: Any) -> None:
        sent.append(Statement(str(connection.engine.url.database), text, _line_of_ours(), parameters))

    event.listen(Engine, "before_cursor_execute", add)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", add)


@contextmanager
def before_statement(number: int, act: Callable[[], object]) -> Iterator[list[int]]:
    """Call `act`, as another process, just before this thread sends statement `number`.

    Yields the number of statements that this thread has sent.
    """
    sent, ours = [0], threading.get_ident()

    def look(*_of_the_statement: object) -> None:
        if threading.get_ident() != ours:
            return
        if sent[0] == number:
            with ThreadPoolExecutor(1) as other:
                other.submit(act).result()
        sent[0] += 1

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def listing(sent: Sequence[Statement]) -> str:
    """Return the statements in order, one per line, for the message of a failed assertion."""
    return "\n".join(
        f"{number:2} {statement.made_by}: {' '.join(statement.text.split())[:100]}"
        for number, statement in enumerate(sent, 1)
    )


def _line_of_ours() -> str:
    for frame, number in traceback.walk_stack(None):
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_CHECKOUT) and ".venv" not in path.parts and path != Path(__file__):
            return f"{path.relative_to(_CHECKOUT).as_posix()}:{number} {frame.f_code.co_name}"
    return "elsewhere"

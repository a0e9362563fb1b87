"""What a transaction carries for whoever works in it: typed, one key for each thing, named where the thing is at home.

ORIGIN: ContextKey[Origin] = ContextKey("origin")
with database.transaction(ORIGIN.holding(origin)) as session:
ORIGIN.of(session)
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:  # the command names keys, and needs no SQLAlchemy to start
    from sqlalchemy.orm import Session

Held = TypeVar("Held")


class ContextMissing(LookupError):
    """A transaction was begun without what its work needs: a fault of the code that began it."""

    status = 500
    retryable = False


@dataclass(frozen=True, eq=False)
class ContextKey(Generic[Held]):
    """The key of one thing, of one type; two keys are never the same, whatever their names."""

    name: str

    def holding(self, held: Held) -> "Carried":
        """Return the thing under its key, as a transaction takes it."""
        return Carried(self, held)

    def of(self, session: "Session") -> Held:
        """Return what the transaction carries under this key. Raises `ContextMissing`."""
        if self not in session.info:
            raise ContextMissing(f"This transaction carries no {self.name}.")
        held: Held = session.info[self]
        return held

    def find(self, session: "Session") -> Held | None:
        """Return what the transaction carries under this key; None if it carries nothing."""
        return session.info.get(self)

    def put(self, session: "Session", held: Held) -> None:
        """Carry something from now on, until the transaction ends."""
        session.info[self] = held

    def drop(self, session: "Session") -> None:
        """Carry nothing under this key any more."""
        session.info.pop(self, None)


@dataclass(frozen=True)
class Carried:
    """A thing under its key."""

    key: ContextKey[Any]
    held: object

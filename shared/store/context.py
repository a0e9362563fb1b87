"""Values that a transaction carries for its code: typed, with one key for each, defined in the module that owns it.

ORIGIN: ContextKey[Origin] = ContextKey("origin") with database.transaction(ORIGIN.holding(origin)) as session:
ORIGIN.of(session)
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:  # the command-line tool uses keys, and starts without SQLAlchemy
    from sqlalchemy.orm import Session

Held = TypeVar("Held")


class ContextMissing(LookupError):
    """A transaction was started without a value that its work needs: a programming error."""


@dataclass(frozen=True, eq=False)
class ContextKey(Generic[Held]):
    """The key of one typed value; two keys are never equal, even with equal names."""

    name: str

    def holding(self, held: Held) -> "Carried":
        """Return the value under its key, as an argument of a transaction."""
        return Carried(self, held)

    def of(self, session: "Session") -> Held:
        """Return the transaction's value under this key. Raises `ContextMissing`."""
        if self not in session.info:
            raise ContextMissing(f"This transaction carries no {self.name}.")
        held: Held = session.info[self]
        return held

    def find(self, session: "Session") -> Held | None:
        """Return the transaction's value under this key; None if it has none."""
        return session.info.get(self)

    def put(self, session: "Session", held: Held) -> None:
        """Set the value until the transaction ends."""
        session.info[self] = held

    def drop(self, session: "Session") -> None:
        """Remove the value of this key."""
        session.info.pop(self, None)


@dataclass(frozen=True)
class Carried:
    """A value with its key."""

    key: ContextKey[Any]
    held: object

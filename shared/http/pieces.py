"""Process a request piece by piece: each piece once, in its own transaction. Nothing links the pieces to each other.

A piece that is done stays done, even if the rest fails. A request that is sent again with its key continues where it
stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session
from structlog.contextvars import bound_contextvars

from shared.access import revocations
from shared.access.tokens import Principal
from shared.audit import trail
from shared.deadlines.time_source import TimeSource
from shared.events.contract import Emits
from shared.exchange.eventlog import ORIGIN, Origin
from shared.http import idempotency
from shared.http.commands import Command
from shared.store.contending import until_won
from shared.store.database import Database

Asked = TypeVar("Asked", bound=Command)

#: For this period a piece is recognised by its name only, under every key with which it is sent.
KNOWN_BY_NAME: Final = timedelta(hours=24)
_CREATED: Final = 201


@dataclass(frozen=True)
class Pieces:
    """The pieces of one request, by its key."""

    database: Database
    time_source: TimeSource
    emits: Emits
    principal: Principal
    key: str

    def once(self, name: str, said: str, acts: tuple[str, ...], do: Callable[[Session, datetime], UUID]) -> UUID:
        """Do a piece, unless it was done, and return the id that it created. Its acts are audited.

        `name` distinguishes the piece from the others of the request, and from all that its sender has sent for a day.
        `said` is its whole content. Digests of both are stored, under a key of ours. Nothing of a refused piece is
        stored. Raises `idempotency.KeyUsed` for a name that was used with other content, and what `do` raises.
        """
        # Each piece has its own id and no trace, also in the log lines: a shared one would reveal who was found with
        # whom.
        origin = Origin(self.emits)
        with bound_contextvars(request=str(origin.correlation)):
            return until_won(lambda: self._done(origin, name, said, acts, do))

    def _done(
        self, origin: Origin, name: str, said: str, acts: tuple[str, ...], do: Callable[[Session, datetime], UUID]
    ) -> UUID:
        with self.database.transaction(ORIGIN.holding(origin)) as session:
            revocations.check(session, self.principal)
            made = self._made(session, name, said, do)
            for action in acts:
                trail.note(
                    session,
                    self.principal,
                    action=action,
                    subject=made,
                    status=_CREATED,
                    correlation=origin.correlation,
                )
        return made

    def _made(self, session: Session, name: str, said: str, do: Callable[[Session, datetime], UUID]) -> UUID:
        sender = self.principal.subject
        by_key = idempotency.piece_key(session, sender, self.key, name)
        done = idempotency.begin(session, sender, by_key, by_key)
        if done is not None:
            return _id_of(done)
        by_name = idempotency.piece_key(session, sender, name)
        what = idempotency.piece_key(session, sender, name, said)
        done = idempotency.begin_anew(session, sender, by_name, what, KNOWN_BY_NAME)
        if done is None:
            done = idempotency.Done(_CREATED, do(session, self.time_source.now(session)))
            idempotency.finish(session, sender, by_name, done, None)
        idempotency.finish(session, sender, by_key, done, None)
        return _id_of(done)


def _id_of(done: idempotency.Done) -> UUID:
    """Return the id that a piece created. It is stored in the transaction that claims its key."""
    if done.created is None:
        raise RuntimeError("A piece was done and made nothing.")
    return done.created


@dataclass
class CallInPieces(Generic[Asked]):
    """A checked request that is done in pieces. No transaction is open."""

    principal: Principal
    pieces: Pieces
    command: Asked = field(kw_only=True)

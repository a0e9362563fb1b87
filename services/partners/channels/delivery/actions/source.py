"""The agencies' streams, as a lane reads them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.partners.streams.stream.actions import reading
from services.partners.streams.stream.models import Stream
from services.partners.streams.subscription.models import Subscription
from shared.store.context import ContextKey


class Item(Protocol):
    """An agency's copy of an event, reduced to the current grounds."""

    @property
    def sequence(self) -> int:
        """The position in the agency's stream."""

    @property
    def id(self) -> UUID:
        """The agency's pseudonym for the event."""

    @property
    def event(self) -> UUID | None:
        """The event's id here, which never leaves; None for a placeholder or a test event."""

    @property
    def type(self) -> str:
        """The event's type."""

    @property
    def document(self) -> bytes:
        """The complete event, as it is sent."""


class Source(Protocol):
    """The place where streams are read. Each copy is decided on reading and can be sent until the transaction ends."""

    def read(self, session: Session, agency: UUID, *, after: int, limit: int) -> Sequence[Item]:
        """Return an agency's copies after a position; none if nothing is pushed to it."""

    def head(self, session: Session, agency: UUID) -> int:
        """Return the last position of an agency's stream."""

    def position_before(self, session: Session, agency: UUID, since: datetime) -> int:
        """Return the position before the first event of an hour or later."""

    def heads(self, session: Session) -> Mapping[UUID, int]:
        """Return the last positions of the streams that are pushed, by agency."""


class Streams:
    """The streams of partners."""

    def read(self, session: Session, agency: UUID, *, after: int, limit: int) -> Sequence[Item]:
        """Return an agency's copies after a position; none if nothing is pushed now."""
        asked = select(Subscription.agency).where(Subscription.agency == agency, ~Subscription.is_paused)
        try:
            page = reading.read(session, agency, after=max(after, 0), limit=limit)
        except reading.SILENT:
            return []
        # Checked under the lock under which the copies were decided.
        return page.items if session.execute(asked).first() is not None else []

    def head(self, session: Session, agency: UUID) -> int:
        """Return the last position of an agency's stream."""
        return reading.head(session, agency)

    def position_before(self, session: Session, agency: UUID, since: datetime) -> int:
        """Return the position before the first event of an hour or later."""
        return reading.position_before(session, agency, since)

    def heads(self, session: Session) -> Mapping[UUID, int]:
        """Return the last positions of the streams that are pushed, by agency."""
        pushed = select(Stream.agency, Stream.head).join(Subscription, Subscription.agency == Stream.agency)
        return {agency: head for agency, head in session.execute(pushed.where(~Subscription.is_paused))}  # noqa: C416 - rows are no pairs to mypy


#: Streams other than partners' own, provided by a test.
SOURCE: ContextKey[Source] = ContextKey("streams")
_OWN = Streams()


def source_of(session: Session) -> Source:
    """Return the streams of the service whose transaction it is."""
    return SOURCE.find(session) or _OWN

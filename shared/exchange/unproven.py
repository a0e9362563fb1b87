"""Subjects of applied events that their source's feed has not confirmed yet.

A thief of a source's signing key and exchange key can have a forged event applied. Followers find it within seconds, by
comparing digests with the feed. Code whose effects cannot be recalled waits for that comparison, and for the rebuild of
what a forged event has affected.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.orm import Session

from shared.exchange.digests import REMEMBERED

_QUERY: Final = text("""
    select digest.source, digest.subject from follow_cursors as cursor
        cross join lateral generate_series(
            greatest(cursor.verified, cursor.position - :remembered) + 1, cursor.position
        ) as applied(position)
        join follow_digests as digest on digest.source = cursor.source
            and digest.slot = applied.position % :remembered and digest.position = applied.position
    where cursor.position > cursor.verified and digest.subject is not null
    union
    select null, subject from follow_doubted
    union
    select null, subject from rebuilds where ended_at is null and projection is null
""").bindparams(bindparam("remembered", REMEMBERED, type_=BigInteger))


@dataclass(frozen=True, slots=True)
class Unproven:
    """The subjects with unconfirmed events, each with the source of the events; a rebuild concerns all sources.

    `is_everything`: the follower rebuilds all read models.
    """

    pairs: frozenset[tuple[str | None, UUID]] = frozenset()
    is_everything: bool = False

    @property
    def subjects(self) -> frozenset[UUID]:
        """The subjects with unconfirmed events of any source."""
        return frozenset(subject for _, subject in self.pairs)

    def includes(self, subject: UUID, *sources: str) -> bool:
        """Return whether a subject has unconfirmed events of one of these sources."""
        return self.is_everything or any((source, subject) in self.pairs for source in (None, *sources))

    def __bool__(self) -> bool:
        """Return whether any subject has unconfirmed events."""
        return self.is_everything or bool(self.pairs)


def read(session: Session) -> Unproven:
    """Return the subjects with unconfirmed events, including those that are rebuilt.

    Who requested a rebuild does not matter: one after a forgery joins an open one of an operator.
    """
    found = [(row.source, row.subject) for row in session.execute(_QUERY)]
    named = frozenset((source, subject) for source, subject in found if subject is not None)
    return Unproven(named, len(named) < len(found))

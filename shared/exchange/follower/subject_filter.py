"""Subjects whose events a batch does not just apply: those that are held, and those that were erased here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, union_all
from sqlalchemy.orm import Session

from shared.exchange.holds import HELD
from shared.exchange.tombstones import ERASED

#: Asked together: a round trip to the database is most of what an event that comes alone costs a follower.
_FILTERED = union_all(HELD.add_columns(literal(False)), ERASED.add_columns(literal(True)))


@dataclass(frozen=True, slots=True)
class FilteredSubjects:
    """Subjects of a batch whose events are not simply applied."""

    held: frozenset[UUID]
    erased: frozenset[UUID]


def filter_subjects(session: Session, source: str, subjects: Collection[UUID]) -> FilteredSubjects:
    """Return which of these subjects are held or erased. The source's cursor must be locked: else it may change."""
    rows = session.execute(_FILTERED, {"source": source, "subjects": list(subjects)}).all()
    return FilteredSubjects(
        held=frozenset(subject for subject, erased in rows if not erased),
        erased=frozenset(subject for subject, erased in rows if erased),
    )

"""Subjects that need special treatment in a batch: held subjects, and subjects that were erased here."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import literal, union_all
from sqlalchemy.orm import Session

from shared.exchange.holds import HELD
from shared.exchange.tombstones import ERASED

#: One query for both: round trips are most of the cost of a single event.
_FILTERED = union_all(HELD.add_columns(literal(False)), ERASED.add_columns(literal(True)))


@dataclass(frozen=True, slots=True)
class FilteredSubjects:
    """The held and the erased subjects of a batch."""

    held: frozenset[UUID]
    erased: frozenset[UUID]


def filter_subjects(session: Session, source: str, subjects: Collection[UUID]) -> FilteredSubjects:
    """Return which of these subjects are held or erased. Lock the source's cursor first: the result could change."""
    rows = session.execute(_FILTERED, {"source": source, "subjects": list(subjects)}).all()
    return FilteredSubjects(
        held=frozenset(subject for subject, erased in rows if not erased),
        erased=frozenset(subject for subject, erased in rows if erased),
    )

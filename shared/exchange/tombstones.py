"""Tombstones of subjects that were erased here: none of their events is ever applied again, from any source."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, any_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from shared.store.database import TableRow, metadata
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics

erased_subjects = Table(
    "erased_subjects",
    metadata,
    Column("subject", Uuid, primary_key=True),
    Column("request", Uuid, comment="what ordered it; null: learned from the key database after a restore"),
    Column("answer", Text, nullable=False, comment="deleted, or kept on a basis of this service's own"),
    Column("basis", Text, comment="a code: why something is kept"),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), comment="real time"),
    Column("settled_at", DateTime(timezone=True), comment="the key is destroyed, and whoever ordered it was told"),
)
Index(
    "erased_subjects_unsettled_index",
    erased_subjects.c.at,
    postgresql_where=erased_subjects.c.settled_at.is_(None),
)

DELETED, KEPT = "deleted", "kept"

_UNFINISHED = erased_subjects.c.settled_at.is_(None)
MEASURES = (
    Measure(metrics.erasures_unfinished, select(func.count()).select_from(erased_subjects).where(_UNFINISHED)),
    Measure(metrics.erasure_age, select(age_of(func.min(erased_subjects.c.at))).where(_UNFINISHED)),
)


@dataclass(frozen=True)
class Tombstone:
    """A tombstone of an erased subject. Any retained data is limited to the part that its legal basis covers."""

    subject: UUID
    request: UUID | None
    answer: str
    basis: str | None


#: Query for the erased ones among some `subjects`.
#: It uses one array parameter, so that the statement stays the same for any number of subjects and remains prepared.
ERASED = select(erased_subjects.c.subject).where(
    erased_subjects.c.subject == any_(bindparam("subjects", type_=ARRAY(Uuid)))
)


def among(session: Session, subjects: Collection[UUID]) -> set[UUID]:
    """Return which of these subjects were erased here."""
    return set(session.execute(ERASED, {"subjects": list(subjects)}).scalars())


def put(session: Session, new: Tombstone) -> None:
    """Store a tombstone with an incomplete erasure, and redact the subject's events in place; positions stay.

    A function of the tables' owner (`redact_subject`) does both. The service itself has neither permission, so events
    cannot be redacted without a tombstone. Events about the erasure itself stay in the log.
    """
    session.execute(select(func.public.redact_subject(new.subject, new.request, new.answer, new.basis)))


def find(session: Session, subject: UUID) -> Tombstone | None:
    """Lock and return the tombstone of a subject; None if the subject was not erased here."""
    query = select(erased_subjects).where(erased_subjects.c.subject == subject).with_for_update()
    row = session.execute(query).first()
    return None if row is None else _read(row)


#: The tombstones whose erasure is not complete.
INCOMPLETE = "select from erased_subjects where settled_at is null"


def incomplete(session: Session, most: int = 100) -> list[Tombstone]:
    """Return the tombstones whose erasure is not complete, oldest first."""
    query = select(erased_subjects).where(erased_subjects.c.settled_at.is_(None)).order_by(erased_subjects.c.at)
    return [_read(row) for row in session.execute(query.limit(most))]


def mark_complete(session: Session, subject: UUID) -> Tombstone | None:
    """Mark the erasure of a tombstone as complete and return it; None if another process already did."""
    own_row = (erased_subjects.c.subject == subject, erased_subjects.c.settled_at.is_(None))
    completed = update(erased_subjects).where(*own_row).values(settled_at=func.now()).returning(*erased_subjects.c)
    row = session.execute(completed).first()
    return None if row is None else _read(row)


def every(session: Session) -> set[UUID]:
    """Return every subject that was erased here, including those with retained data."""
    return set(session.scalars(select(erased_subjects.c.subject)))


def _read(row: TableRow) -> Tombstone:
    return Tombstone(row.subject, row.request, row.answer, row.basis)

"""Merged cases of one person: each keeps its id, but deadlines and alerts treat them as one case.

Every service that works on cases stores the merges. The events name two cases, so they are internal and never reach an
agency. Their subject is the merge, so they appear in no case's log.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Index,
    SQLColumnExpression,
    Table,
    Uuid,
    bindparam,
    delete,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.audience import inside
from shared.events.contract import EventType, Read, Received, Reference
from shared.events.envelope import INSIDE
from shared.store.database import metadata

joined_cases = Table(
    "joined_cases",
    metadata,
    Column("merge", Uuid, primary_key=True),
    Column("kept", Uuid, nullable=False, comment="the case that stands for the person"),
    Column("alias", Uuid, nullable=False),
)
Index("joined_cases_kept_index", joined_cases.c.kept)
Index("joined_cases_alias_index", joined_cases.c.alias)
_JOINED: Final = joined_cases.c


class CasesMerged(Schema):
    """Two cases belong to one person; `kept` is the main case."""

    merge = Reference(required=True)
    kept = Reference(required=True)
    alias = Reference(required=True)


#: Nothing outside the installation links the two cases.
_STAYS: Final = inside("It names two cases, of which an agency may know one.")
MERGED = EventType(
    "case.merged",
    CasesMerged,
    "team",
    "Two cases are one person's. Each keeps its own facts, and shows of the other what its reader's agency may have.",
    classification=INSIDE,
    audience=_STAYS,
)
UNMERGED = EventType(
    "case.unmerged",
    CasesMerged,
    "team",
    "A merge was taken back: each case stands for itself again.",
    classification=INSIDE,
    protects=True,
    audience=_STAYS,
)
EVENTS = (MERGED, UNMERGED)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the merges of `source`; `project` stores them."""
    return (
        Read(f"{source}.{MERGED.name}", CasesMerged, about="merge"),
        Read(f"{source}.{UNMERGED.name}", CasesMerged, about="merge", protects=True),
    )


def join(session: Session, merge: UUID, kept_case: UUID, alias: UUID) -> None:
    """Store that two cases belong to one person; a known merge is not changed."""
    session.execute(insert(joined_cases).values(merge=merge, kept=kept_case, alias=alias).on_conflict_do_nothing())


def part(session: Session, merge: UUID) -> None:
    """Store that two cases do not belong to one person."""
    session.execute(delete(joined_cases).where(_JOINED.merge == merge))


def forget(session: Session, case: UUID) -> list[UUID]:
    """Delete and return the merges of a case that is about to be erased."""
    taken = delete(joined_cases).where(or_(_JOINED.kept == case, _JOINED.alias == case)).returning(_JOINED.merge)
    return sorted(session.scalars(taken))


def joined(session: Session, case: UUID) -> list[UUID]:
    """Return all cases of one person, including this one, ordered by id, which is the lock order."""
    return sorted({case, *session.scalars(_others(bindparam("case", case, type_=Uuid)))})


def among(session: Session, cases: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return, for each joined case among these, all cases of its person, as `joined` does."""
    either = or_(_JOINED.kept.in_(cases), _JOINED.alias.in_(cases))
    standing_for = select(_JOINED.kept).where(either)
    people: dict[UUID, set[UUID]] = {}
    for row in session.execute(select(_JOINED.kept, _JOINED.alias).where(_JOINED.kept.in_(standing_for))):
        people.setdefault(row.kept, {row.kept}).add(row.alias)
    return {case: sorted(person) for person in people.values() for case in person if case in cases}


def of_one_person(case: SQLColumnExpression[UUID], other: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Return the condition that a column's case is `case`, or joined with it.

    `case` is a parameter, or a column of the outer statement. The query builds one array, so that PostgreSQL uses the
    index of the column.
    """
    return or_(other == case, other == func.any(func.array(_others(case).scalar_subquery())))


def _others(case: SQLColumnExpression[UUID]) -> CompoundSelect[UUID]:
    """Return the query for the other cases of a person: an alias's kept case and its aliases, a kept case's aliases."""
    own, beside = joined_cases.alias("own"), joined_cases.alias("beside")
    return union(
        select(own.c.kept).where(own.c.alias == case).correlate_except(own),
        select(own.c.alias).where(own.c.kept == case).correlate_except(own),
        select(beside.c.alias).where(beside.c.kept == own.c.kept, own.c.alias == case).correlate_except(own, beside),
    )


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the merges."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        data = event.data
        if event.key.endswith(f".{MERGED.name}"):
            join(session, data["merge"], data["kept"], data["alias"])
        else:
            part(session, data["merge"])

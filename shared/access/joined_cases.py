"""Which cases are one person's: merged, each with its own id, and known as one wherever periods run and alerts go.

Every service that works on cases keeps this. The events name two cases, so they stay inside the installation: no door
passes them on. Their subject is the merge, which no case's log shows.
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
    """Two cases are one person's; `kept` stands for the person."""

    merge = Reference(required=True)
    kept = Reference(required=True)
    alias = Reference(required=True)


#: Nothing about one of two cases names the other outside.
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
    """Declare that the merges of a service are followed; `project` keeps them."""
    return (
        Read(f"{source}.{MERGED.name}", CasesMerged, about="merge"),
        Read(f"{source}.{UNMERGED.name}", CasesMerged, about="merge", protects=True),
    )


def join(session: Session, merge: UUID, kept_case: UUID, alias: UUID) -> None:
    """Store that two cases are one person's; a merge that is known stays as it is."""
    session.execute(insert(joined_cases).values(merge=merge, kept=kept_case, alias=alias).on_conflict_do_nothing())


def part(session: Session, merge: UUID) -> None:
    """Store that two cases are no longer one person's."""
    session.execute(delete(joined_cases).where(_JOINED.merge == merge))


def forget(session: Session, case: UUID) -> list[UUID]:
    """Delete the merges of a case that is to be erased; return them."""
    taken = delete(joined_cases).where(or_(_JOINED.kept == case, _JOINED.alias == case)).returning(_JOINED.merge)
    return sorted(session.scalars(taken))


def joined(session: Session, case: UUID) -> list[UUID]:
    """Return the cases of one person, this one among them, in the order of their ids: in it they are locked."""
    return sorted({case, *session.scalars(_others(bindparam("case", case, type_=Uuid)))})


def among(session: Session, cases: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return of those of these cases that are joined with others all cases of their person, as `joined` does."""
    either = or_(_JOINED.kept.in_(cases), _JOINED.alias.in_(cases))
    standing_for = select(_JOINED.kept).where(either)
    people: dict[UUID, set[UUID]] = {}
    for row in session.execute(select(_JOINED.kept, _JOINED.alias).where(_JOINED.kept.in_(standing_for))):
        people.setdefault(row.kept, {row.kept}).add(row.alias)
    return {case: sorted(person) for person in people.values() for case in person if case in cases}


def of_one_person(case: SQLColumnExpression[UUID], other: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Write the condition that a column's case is `case`, or joined with it.

    `case` is a parameter, or a column of the statement around. One array, so that the index of the other is used.
    """
    return or_(other == case, other == func.any(func.array(_others(case).scalar_subquery())))


def _others(case: SQLColumnExpression[UUID]) -> CompoundSelect[UUID]:
    """Write the query of the cases beside one: an alias's kept case and its other aliases, a kept case's aliases."""
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

"""Whom a person does not want near the case: somebody by name, perhaps their trafficker's cousin, or an agency.

It beats every role and relation. The excluded one is told nothing: to them there is no such case.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, ColumnElement, Index, Table, Text, Uuid, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.contract import Code, EventType, Identifier, Read, Received, Reference
from shared.reference import codes
from shared.store.database import metadata

exclusions = Table(
    "exclusions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("member", Uuid, comment="a member of staff or an interpreter"),
    Column("agency", Text),
    Column("carried_from", Uuid, comment="the exclusion of a case merged with this one that it repeats"),
)
Index("exclusions_case_id_member_index", exclusions.c.case_id, exclusions.c.member)


@dataclass(frozen=True)
class Exclusion:
    """One of a person's exclusions; of `member` and `agency` one is given.

    `carried_from`: the exclusion of a case merged with this one that it repeats; None if it was recorded in this case.
    """

    id: UUID
    case_id: UUID
    kind: str
    member: UUID | None
    agency: str | None
    carried_from: UUID | None = None


class ExclusionRecorded(Schema):
    """Whom the person does not want near the case; one of `member` and `agency` is given."""

    exclusion = Reference(required=True)
    kind = Code(codes("exclusion_kind"), required=True)
    member = Reference(required=True, allow_none=True)
    agency = Code(identifier=Identifier.AGENCY, required=True, allow_none=True)


class ExclusionLifted(Schema):
    """An exclusion that the person took back."""

    exclusion = Reference(required=True)


class ExclusionView(Schema):
    """Whom the person does not want; a later release may know more kinds."""

    exclusion = Reference(required=True)
    kind = Code(required=True)
    member = Reference(load_default=None, allow_none=True)
    agency = Code(load_default=None, allow_none=True)


RECORDED = EventType(
    "exclusion.recorded", ExclusionRecorded, "access", "The person excluded somebody from the case.", protects=True
)
LIFTED = EventType("exclusion.lifted", ExclusionLifted, "access", "The person took an exclusion back.")
EVENTS = (RECORDED, LIFTED)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that the exclusions of a service are followed; `project` keeps them."""
    return (
        Read(f"{source}.{RECORDED.name}", ExclusionView, about="exclusion", protects=True),
        Read(f"{source}.{LIFTED.name}", ExclusionLifted, about="exclusion"),
    )


def keep(session: Session, new: Exclusion) -> None:
    """Store an exclusion; one that is there already stays as it is."""
    session.execute(insert(exclusions).values(**asdict(new)).on_conflict_do_nothing())


def lift(session: Session, case: UUID, exclusion: UUID) -> bool:
    """Forget an exclusion of a case; False if there is none."""
    conditions = (exclusions.c.id == exclusion, exclusions.c.case_id == case)
    return session.execute(delete(exclusions).where(*conditions).returning(exclusions.c.id)).first() is not None


def of_case(session: Session, case: UUID) -> list[Exclusion]:
    """Return a case's exclusions, oldest first."""
    return of_cases(session, [case])


def of_cases(session: Session, cases: Collection[UUID]) -> list[Exclusion]:
    """Return the exclusions of these cases, oldest first."""
    rows = session.execute(select(exclusions).where(exclusions.c.case_id.in_(cases)).order_by(exclusions.c.id))
    return [Exclusion(**row) for row in rows.mappings()]


def agencies_of(session: Session, case: UUID) -> set[str]:
    """Return the agencies that the person excluded."""
    return {exclusion.agency for exclusion in of_case(session, case) if exclusion.agency is not None}


def names(session: Session, case: UUID, member: UUID) -> bool:
    """Return whether the person excluded a member of staff."""
    query = select(exclusions.c.id).where(exclusions.c.case_id == case, exclusions.c.member == member)
    return session.execute(query.limit(1)).first() is not None


def excludes(case: ColumnElement[UUID | None], member: UUID) -> ColumnElement[bool]:
    """Write the condition that the person of a case excluded a member of staff."""
    return exists().where(exclusions.c.case_id == case, exclusions.c.member == member)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the exclusions."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        data = event.data
        if event.key.endswith(RECORDED.name):
            keep(session, Exclusion(data["exclusion"], event.subject, data["kind"], data["member"], data["agency"]))
        else:
            lift(session, event.subject, data["exclusion"])

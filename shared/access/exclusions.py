"""Whom a person does not want near the case: somebody on the staff, an agency, or somebody of their own life.

"My brother" is recorded by what he is to the person, without a name: whoever plans to contact or refer them sees it.

It beats every role and relation. The excluded one is told nothing: to them there is no such case.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Final, TypeAlias
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    SQLColumnExpression,
    Table,
    Text,
    Uuid,
    delete,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access.staff import Somebody, staff
from shared.events.audience import inside
from shared.events.contract import Code, EventType, Identifier, Read, Received, Reference
from shared.events.envelope import Announcement
from shared.events.older import not_offered
from shared.reference import codes, id_of_authority
from shared.store.database import metadata

#: A case as a statement names it, and a member of staff, by their id or by a place for it.
Case: TypeAlias = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]

exclusions = Table(
    "exclusions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("member", Uuid, comment="a member of staff or an interpreter"),
    Column("agency", Uuid, comment="an agency of the register"),
    Column("carried_from", Uuid, comment="the exclusion of a case merged with this one that it repeats"),
)
Index("exclusions_case_id_member_index", exclusions.c.case_id, exclusions.c.member)


@dataclass(frozen=True)
class Exclusion:
    """One of a person's exclusions; of `member` and `agency` one is given, or neither: then `kind` says who it is.

    `carried_from`: the exclusion of a case merged with this one that it repeats; None if it was recorded in this case.
    """

    id: UUID
    case_id: UUID
    kind: str
    member: UUID | None
    agency: UUID | None
    carried_from: UUID | None = None


class ExclusionRecorded(Schema):
    """Whom the person does not want near the case: staff, an agency, or who `kind` says they are to the person."""

    exclusion = Reference(required=True)
    kind = Code(codes("exclusion_kind"), required=True)
    member = Reference(required=True, allow_none=True)
    agency = Reference(required=True, allow_none=True)


class FormerExclusionRecorded(Schema):
    """The same, of the agencies authorities of the law alone."""

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
    agency = Reference(load_default=None, allow_none=True)


class FormerExclusionView(Schema):
    """Whom the person does not want, an agency by its code."""

    exclusion = Reference(required=True)
    kind = Code(required=True)
    member = Reference(load_default=None, allow_none=True)
    agency = Code(load_default=None, allow_none=True)


#: Least of all to whom the person excluded, or to who would learn whom they fear.
_STAYS: Final = inside("Whom the person does not want near them is told to nobody outside.")
_FORMER = EventType(
    "exclusion.recorded",
    FormerExclusionRecorded,
    "access",
    "The person excluded somebody from the case, or an authority of the law. No longer emitted, and read for ever.",
    protects=True,
    audience=_STAYS,
)
RECORDED = EventType(
    "exclusion.recorded",
    ExclusionRecorded,
    "access",
    "The person excluded somebody from the case.",
    version=2,
    protects=True,
    audience=_STAYS,
    older=(not_offered(1, _STAYS.because),),
)
LIFTED = EventType("exclusion.lifted", ExclusionLifted, "access", "The person took an exclusion back.", audience=_STAYS)
EVENTS = (_FORMER, RECORDED, LIFTED)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that the exclusions of a service are followed; `project` keeps them."""
    return (
        Read(f"{source}.{RECORDED.name}", FormerExclusionView, about="exclusion", protects=True),
        Read(f"{source}.{RECORDED.name}", ExclusionView, RECORDED.version, about="exclusion", protects=True),
        Read(f"{source}.{LIFTED.name}", ExclusionLifted, about="exclusion"),
    )


def recorded(new: Exclusion) -> Announcement:
    """Return the event of an exclusion."""
    payload = {"exclusion": new.id, "kind": new.kind, "member": new.member, "agency": new.agency}
    return Announcement(RECORDED.name, payload, RECORDED.version)


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


def agencies_of(session: Session, case: UUID) -> set[UUID]:
    """Return the agencies that the person excluded."""
    return {exclusion.agency for exclusion in of_case(session, case) if exclusion.agency is not None}


def people_of(session: Session, case: UUID) -> list[str]:
    """Return what those whom the person does not want near, and who are neither staff nor agencies, are to them."""
    others = {row.kind for row in of_case(session, case) if row.member is None and row.agency is None}
    return sorted(others)


def names(session: Session, case: UUID, member: UUID) -> bool:
    """Return whether the person excluded a member of staff, or the agency that they work for."""
    return bool(session.execute(select(excludes(literal(case, Uuid), member))).scalar_one())


def excludes(case: Case, member: Somebody) -> ColumnElement[bool]:
    """Write the condition that the person of a case excluded a member of staff, or the agency that they work for.

    Both may be columns of any statement around.
    """
    employer = select(staff.c.agency).where(staff.c.id == member).correlate_except(staff).scalar_subquery()
    named = or_(exclusions.c.member == member, exclusions.c.agency == employer)
    return exists().where(exclusions.c.case_id == case, named).correlate_except(exclusions)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the exclusions."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        data = event.data
        if event.key.endswith(RECORDED.name):
            agency = data["agency"]
            if isinstance(agency, str):
                agency = id_of_authority(agency)
            keep(session, Exclusion(data["exclusion"], event.subject, data["kind"], data["member"], agency))
        else:
            lift(session, event.subject, data["exclusion"])

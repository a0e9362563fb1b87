"""Exclusions: a member of staff, an agency, or someone in the person's life who must not be involved in the case.

People in the person's life are recorded by relation ("my brother"), without a name. Staff see this before they contact
or refer the person.

An exclusion outranks every role and relation. Excluded staff and agencies are not notified; to them, the case does not
exist.
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

#: A case (value or column), and a member of staff (id or placeholder), in a statement.
Case: TypeAlias = SQLColumnExpression[UUID] | SQLColumnExpression[UUID | None]

#: The kind of exclusion for an interpreter: by id, or by a name that only intake stores.
INTERPRETER: Final = "interpreter"

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
    """An exclusion. At most one of `member` and `agency` is set; if neither is, `kind` is the relation to the person.

    `carried_from` is the exclusion of a merged case that this one repeats; None if it was recorded in this case.
    """

    id: UUID
    case_id: UUID
    kind: str
    member: UUID | None
    agency: UUID | None
    carried_from: UUID | None = None


class ExclusionRecorded(Schema):
    """The person excluded a member of staff, an agency, or someone described by `kind`."""

    exclusion = Reference(required=True)
    kind = Code(codes("exclusion_kind"), required=True)
    member = Reference(required=True, allow_none=True)
    agency = Reference(required=True, allow_none=True)


class FormerExclusionRecorded(Schema):
    """The same, for authorities of the law only."""

    exclusion = Reference(required=True)
    kind = Code(codes("exclusion_kind"), required=True)
    member = Reference(required=True, allow_none=True)
    agency = Code(identifier=Identifier.AGENCY, required=True, allow_none=True)


class ExclusionLifted(Schema):
    """The person lifted an exclusion."""

    exclusion = Reference(required=True)


class ExclusionView(Schema):
    """The excluded party. A later release can add kinds."""

    exclusion = Reference(required=True)
    kind = Code(required=True)
    member = Reference(load_default=None, allow_none=True)
    agency = Reference(load_default=None, allow_none=True)


class FormerExclusionView(Schema):
    """The excluded party; an agency by its code."""

    exclusion = Reference(required=True)
    kind = Code(required=True)
    member = Reference(load_default=None, allow_none=True)
    agency = Code(load_default=None, allow_none=True)


#: These events are never shown to excluded parties, nor to others who could learn whom the person fears.
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
    """Declare that this service follows the exclusions of `source`; `project` stores them."""
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
    """Store an exclusion; an existing one is not changed."""
    session.execute(insert(exclusions).values(**asdict(new)).on_conflict_do_nothing())


def lift(session: Session, case: UUID, exclusion: UUID) -> bool:
    """Delete an exclusion of a case; return False if it does not exist."""
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
    """Return the relations to the person of excluded people who are neither staff nor agencies.

    A refused interpreter is not one: without the name, it would read as a refusal of any interpreter.
    """
    others = {row.kind for row in of_case(session, case) if row.member is None and row.agency is None}
    return sorted(others - {INTERPRETER})


def names(session: Session, case: UUID, member: UUID) -> bool:
    """Return whether the person excluded a member of staff, or the agency that they work for."""
    return bool(session.execute(select(excludes(literal(case, Uuid), member))).scalar_one())


def excludes(case: Case, member: Somebody) -> ColumnElement[bool]:
    """Return the condition that the person of a case excluded a member of staff or their agency.

    Both arguments can be columns of an outer statement.
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

"""Supervisions: a supervisor has a relation to every case with one of their staff on the team, and to no other.

Supervisors act only for their own agency: a supervision of another agency's staff has no effect.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, ColumnElement, Table, Uuid, and_, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access.staff import Somebody, works_elsewhere
from shared.events.audience import inside
from shared.events.contract import EventType, Read, Received, Reference
from shared.store.database import metadata

supervisions = Table(
    "supervisions",
    metadata,
    Column("supervisor", Uuid, primary_key=True, comment="a member of staff"),
    Column("member", Uuid, primary_key=True, comment="a member of staff whom they supervise"),
)


class Supervision(Schema):
    """The supervisor (also the event's subject) starts or stops supervising this member of staff."""

    supervisor = Reference(required=True)
    member = Reference(required=True)


_STAYS: Final = inside("It is about staff, whom no agency knows by an id.")
BEGAN = EventType(
    "supervision.began",
    Supervision,
    "access",
    "A supervisor supervises a member of staff from now on.",
    audience=_STAYS,
)
ENDED = EventType(
    "supervision.ended",
    Supervision,
    "access",
    "A supervisor supervises a member of staff no longer.",
    protects=True,
    audience=_STAYS,
)
EVENTS = (BEGAN, ENDED)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the supervisions of `source`; `project` stores them."""
    return (
        Read(f"{source}.{BEGAN.name}", Supervision, about="member"),
        Read(f"{source}.{ENDED.name}", Supervision, about="member", protects=True),
    )


def begin(session: Session, supervisor: UUID, member: UUID) -> bool:
    """Store a supervision; return False if it already existed."""
    new = insert(supervisions).values(supervisor=supervisor, member=member).on_conflict_do_nothing()
    return session.execute(new.returning(supervisions.c.member)).first() is not None


def end(session: Session, supervisor: UUID, member: UUID) -> bool:
    """Delete a supervision; return False if it did not exist."""
    pair = (supervisions.c.supervisor == supervisor, supervisions.c.member == member)
    return session.execute(delete(supervisions).where(*pair).returning(supervisions.c.member)).first() is not None


def members_of(session: Session, supervisor: UUID) -> list[UUID]:
    """Return the staff of a supervisor, in a stable order."""
    query = select(supervisions.c.member).where(supervisions.c.supervisor == supervisor)
    return list(session.scalars(query.order_by(supervisions.c.member)))


def supervisors_of(session: Session, member: UUID) -> list[UUID]:
    """Return the supervisors of a member of staff, in a stable order."""
    query = select(supervisions.c.supervisor).where(supervisions.c.member == member)
    return list(session.scalars(query.order_by(supervisions.c.supervisor)))


def leads(supervisor: Somebody, member: Somebody) -> ColumnElement[bool]:
    """Return the condition that a row of `supervisions` connects these two and is valid: both have the same agency.

    The agencies are compared on each query, so that a change of agency applies immediately.
    """
    apart = works_elsewhere(supervisions.c.supervisor, supervisions.c.member)
    return and_(supervisions.c.supervisor == supervisor, supervisions.c.member == member, ~apart)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy: the last one about each pair is valid."""
    last = {(event.subject, event.data["member"]): event.key.endswith(BEGAN.name) for event in received}
    for (supervisor, member), has_begun in sorted(last.items()):
        (begin if has_begun else end)(session, supervisor, member)

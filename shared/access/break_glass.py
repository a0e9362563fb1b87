"""Emergency access: a member of staff without a part in a case reads it for some hours, with a reason.

Others are notified. It allows only reading, as defined in the access table, never privileged data. Excluded staff
cannot use it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, ColumnElement, DateTime, Index, Table, Uuid, exists, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.events.audience import inside
from shared.events.contract import Code, EventType, Instant, Read, Received, Reference
from shared.reference import codes
from shared.store.database import metadata

broken_glass = Table(
    "broken_glass",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("member", Uuid, nullable=False, comment="a member of staff"),
    Column("until", DateTime(timezone=True), nullable=False, comment="real time"),
)
Index("broken_glass_case_id_member_index", broken_glass.c.case_id, broken_glass.c.member)


class BreakGlassOpened(Schema):
    """A member of staff opened a case that they have no part in; with the reason and the end of the access."""

    glass = Reference(required=True)
    member = Reference(required=True)
    reason = Code(codes("break_glass_reason"), required=True)
    until = Instant(required=True)


class BreakGlassView(Schema):
    """Which member of staff can read the case, and until when."""

    glass = Reference(required=True)
    member = Reference(required=True)
    until = Instant(required=True)


BROKEN = EventType(
    "access.glass_broken",
    BreakGlassOpened,
    "access",
    "Somebody without a part in the case opened it.",
    audience=inside("It is about staff, whom no agency knows by an id."),
)
EVENTS = (BROKEN,)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the emergency accesses of `source`; `project` stores them."""
    return (Read(f"{source}.{BROKEN.name}", BreakGlassView),)


def keep(session: Session, access: UUID, case: UUID, member: UUID, until: datetime) -> None:
    """Store that a member of staff can read a case until a moment."""
    row = {"id": access, "case_id": case, "member": member, "until": until}
    session.execute(insert(broken_glass).values(**row).on_conflict_do_nothing())


def is_open(case: ColumnElement[UUID], member: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the condition that an emergency access is valid, by real time (not the domain's clock)."""
    columns = broken_glass.c
    return exists().where(columns.case_id == case, columns.member == member, columns.until > func.clock_timestamp())


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the emergency accesses."""
    for event in received:
        keep(session, event.data["glass"], event.subject, event.data["member"], event.data["until"])

"""A restricted case: it is kept and not worked on, while it is decided whether it is erased.

What is left is what its rights ask for; others than supervisors and data protection do not read it. Of a case whose
erasure was ordered under a legal hold, those whom the hold needs go on with their part.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Boolean, Column, ColumnElement, Index, Table, Uuid, delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access.permissions import Forbidden
from shared.events.audience import inside
from shared.events.contract import EventType, Read, Received, Reference
from shared.store.database import metadata

restrictions = Table(
    "restrictions",
    metadata,
    Column("id", Uuid, primary_key=True, comment="the request because of which it is restricted"),
    Column("case_id", Uuid, nullable=False),
    Column("carried_from", Uuid, comment="the restriction of a case merged with this one that it repeats"),
    Column("held", Boolean, nullable=False, server_default="false", comment="kept for a legal hold alone"),
)
Index("restrictions_case_id_index", restrictions.c.case_id)

#: Who reads a restricted case, as far as they might read it anyway.
READERS = frozenset(("supervisor", "data_protection_officer"))
#: Whom a legal hold needs: what it is for are proceedings, and they conduct them.
SERVING_A_HOLD = frozenset(("legal_adviser",))
#: The event by which a restriction is known as one of a legal hold; of an erasure that is ordered as far as it may be.
HELD = "erasure.held"
#: Who decides about it, and needs no part in a case to be told that it is restricted.
DECIDES = "data_protection_officer"


class Restriction(Schema):
    """The request because of which the case is restricted, or no longer."""

    request = Reference(required=True)


#: What an agency is told is that nothing comes any more, by an event of the agencies' door itself, without a reason.
_STAYS: Final = inside("That a right is examined is between the person and who keeps the case.")
RESTRICTED = EventType(
    "case.restricted",
    Restriction,
    "rights",
    "The case is kept and not worked on: a right is examined.",
    protects=True,
    audience=_STAYS,
)
UNRESTRICTED = EventType("case.unrestricted", Restriction, "rights", "The case is worked on again.", audience=_STAYS)
EVENTS = (RESTRICTED, UNRESTRICTED)


@dataclass(frozen=True)
class CaseRestriction:
    """A restriction of a case; its id is that of the request.

    `carried_from`: the restriction of a case merged with this one that it repeats; its own id is then no request's.
    `held`: the case is kept for a legal hold alone.
    """

    id: UUID
    case_id: UUID
    carried_from: UUID | None = None
    held: bool = False


class CaseRestricted(Forbidden):
    """The case is restricted; only what its rights ask for goes on."""

    title = "Restricted"

    def __str__(self) -> str:
        """Return what a restriction means, and whom to ask."""
        return (
            "This case is restricted while a request of the person is examined: it is not worked on, and only "
            "supervisors and data protection read it. Ask your data-protection officer when it ends."
        )


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that the restrictions of a service are followed; `project` stores them."""
    return (
        Read(f"{source}.{RESTRICTED.name}", Restriction, about="request", protects=True),
        Read(f"{source}.{UNRESTRICTED.name}", Restriction, about="request"),
    )


def restrict(session: Session, case: UUID, request: UUID) -> None:
    """Restrict a case from now on."""
    session.execute(insert(restrictions).values(id=request, case_id=case).on_conflict_do_nothing())


def keep(session: Session, new: CaseRestriction) -> None:
    """Store a restriction."""
    session.execute(insert(restrictions).values(**asdict(new)))


def hold(session: Session, case: UUID, request: UUID) -> None:
    """Have those whom a legal hold needs go on, in a case that is restricted because of this request.

    Elsewhere that may be known before the restriction is, which then counts as told.
    """
    new = insert(restrictions).values(id=request, case_id=case, held=True)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"held": True}))


def lift(session: Session, case: UUID, request: UUID) -> None:
    """Restrict it no longer because of this request."""
    session.execute(delete(restrictions).where(restrictions.c.id == request, restrictions.c.case_id == case))


def stands(session: Session, case: UUID) -> bool:
    """Return whether a case is restricted."""
    query = select(restrictions.c.id).where(restrictions.c.case_id == case)
    return session.execute(query.limit(1)).first() is not None


def among(session: Session, cases: Collection[UUID]) -> set[UUID]:
    """Return which of these cases are restricted."""
    return {restriction.case_id for restriction in of_cases(session, cases)}


def of_cases(session: Session, cases: Collection[UUID]) -> list[CaseRestriction]:
    """Return the restrictions of these cases, oldest first."""
    rows = session.execute(select(restrictions).where(restrictions.c.case_id.in_(cases)).order_by(restrictions.c.id))
    return [CaseRestriction(**row) for row in rows.mappings()]


def restricts(case: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    """Write the condition that a case is restricted."""
    return exists().where(restrictions.c.case_id == case)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the restrictions."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        name = event.key.partition(".")[2]
        change = {RESTRICTED.name: restrict, HELD: hold}.get(name, lift)
        change(session, event.subject, event.data["request"])

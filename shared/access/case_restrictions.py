"""Restricted cases: they are kept but not worked on until a decision about their erasure.

Only actions required by the person's rights continue, and only supervisors and data protection staff can read the case.
If an erasure was ordered under a legal hold, the roles that the hold requires continue their work.
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

#: Roles that can read a restricted case, if they could read it before.
READERS = frozenset(("supervisor", "data_protection_officer"))
#: Roles that a legal hold requires: it serves proceedings, and they conduct them.
SERVING_A_HOLD = frozenset(("legal_adviser",))
#: The event that marks a restriction as a legal hold: an erasure that was ordered except for the retained data.
HELD = "erasure.held"
#: Roles that decide about restrictions. They learn that a case is restricted even without a part in it.
DECIDES = "data_protection_officer"


class Restriction(Schema):
    """The request that restricts the case, or has ended its restriction."""

    request = Reference(required=True)


#: Agencies receive a separate event of the agency API: deliveries stop, without a reason.
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

    `carried_from` is the restriction of a merged case that this one repeats; in that case its own id is not a
    request's. `held` means that the case is kept only for a legal hold.
    """

    id: UUID
    case_id: UUID
    carried_from: UUID | None = None
    held: bool = False


class CaseRestricted(Forbidden):
    """The case is restricted; only actions required by the person's rights are allowed."""

    title = "Restricted"

    def __str__(self) -> str:
        """Return the meaning of a restriction, and the contact for questions."""
        return (
            "This case is restricted while a request of the person is examined, so only supervisors and "
            "data-protection officers can read it. Ask your data-protection officer when the restriction ends."
        )


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the restrictions of `source`; `project` stores them."""
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
    """Let the roles required by a legal hold continue in a case that this request restricts.

    In a following service, this event can arrive before the restriction itself. The restriction then counts as
    received.
    """
    new = insert(restrictions).values(id=request, case_id=case, held=True)
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"held": True}))


def lift(session: Session, case: UUID, request: UUID) -> None:
    """End the restriction of a case by this request."""
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
    """Return the condition that a case is restricted."""
    return exists().where(restrictions.c.case_id == case)


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's events to this copy of the restrictions."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        name = event.key.partition(".")[2]
        change = {RESTRICTED.name: restrict, HELD: hold}.get(name, lift)
        change(session, event.subject, event.data["request"])

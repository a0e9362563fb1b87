"""Who supervises whom. A supervisor stands to every case on whose team one of theirs is, and to no other."""

from collections.abc import Sequence
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, Table, Uuid, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.contract import EventType, Read, Received, Reference
from shared.database import metadata

supervisions = Table(
    "supervisions",
    metadata,
    Column("supervisor", Uuid, primary_key=True, comment="a member of staff"),
    Column("member", Uuid, primary_key=True, comment="a member of staff whom they supervise"),
)


class Supervision(Schema):
    """Whom the supervisor (also the event's subject) supervises from now on, or no longer."""

    supervisor = Reference(required=True)
    member = Reference(required=True)


BEGAN = EventType("supervision.began", Supervision, "access", "A supervisor supervises a member of staff from now on.")
ENDED = EventType(
    "supervision.ended", Supervision, "access", "A supervisor supervises a member of staff no longer.", protects=True
)
EVENTS = (BEGAN, ENDED)


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that the supervisions of a service are followed; `project` keeps them."""
    return (
        Read(f"{source}.{BEGAN.name}", Supervision, about="member"),
        Read(f"{source}.{ENDED.name}", Supervision, about="member", protects=True),
    )


def begin(session: Session, supervisor: UUID, member: UUID) -> bool:
    """Keep that somebody supervises somebody; False if that was so already."""
    new = insert(supervisions).values(supervisor=supervisor, member=member).on_conflict_do_nothing()
    return session.execute(new.returning(supervisions.c.member)).first() is not None


def end(session: Session, supervisor: UUID, member: UUID) -> bool:
    """Keep that it is over; False if it never was."""
    pair = (supervisions.c.supervisor == supervisor, supervisions.c.member == member)
    return session.execute(delete(supervisions).where(*pair).returning(supervisions.c.member)).first() is not None


def members_of(session: Session, supervisor: UUID) -> list[UUID]:
    """Give whom somebody supervises, in a steady order."""
    found = select(supervisions.c.member).where(supervisions.c.supervisor == supervisor)
    return list(session.scalars(found.order_by(supervisions.c.member)))


def project(session: Session, received: Sequence[Received]) -> None:
    """Keep what another service told: the last word about each pair counts."""
    last = {(each.subject, each.data["member"]): each.key.endswith(BEGAN.name) for each in received}
    for (supervisor, member), stands in sorted(last.items()):
        (begin if stands else end)(session, supervisor, member)

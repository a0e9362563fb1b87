"""Whose tokens count no more: a lost phone, or someone who left. One event says so, and every service keeps it.

A token that was issued before that moment is refused, however long it would still live. Whoever signs in anew is
known again, if the door for staff lets them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, DateTime, Table, Uuid, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.contract import EventType, Instant, Received
from shared.database import metadata
from shared.tokens import Principal, TokenRefused

revoked = Table(
    "revoked_access",
    metadata,
    Column("member", Uuid, primary_key=True, comment="a member of staff"),
    Column("before", DateTime(timezone=True), nullable=False, comment="tokens issued until then count no more"),
)


class AccessRevoked(Schema):
    """Until which moment the tokens of a member of staff count no more; the member is the event's subject."""

    before = Instant(required=True)


#: What the service that revokes emits, and all follow.
EVENT = EventType(
    "access.revoked", AccessRevoked, "access", "Every token of a member of staff was revoked.", protects=True
)


def revoke(session: Session, member: UUID, before: datetime) -> None:
    """Refuse every token of a member of staff that was issued until `before`; a later moment stays."""
    new = insert(revoked).values(member=member, before=before)
    later = {"before": func.greatest(revoked.c.before, new.excluded.before)}
    session.execute(new.on_conflict_do_update(index_elements=["member"], set_=later))


def project(session: Session, received: Sequence[Received]) -> None:
    """Keep what another service revoked."""
    for each in sorted(received, key=lambda event: event.subject):
        revoke(session, each.subject, each.data["before"])


def check(session: Session, principal: Principal) -> None:
    """Raise `TokenRefused` for a member of staff whose token was revoked."""
    if principal.is_service:
        return
    before = session.execute(
        select(revoked.c.before).where(revoked.c.member == UUID(principal.subject))
    ).scalar_one_or_none()
    # Tokens tell whole seconds: one of the very second is refused, and its owner signs in once more.
    if before is not None and datetime.fromtimestamp(principal.issued_at, UTC) <= before:
        raise TokenRefused("revoked")

"""Revoked tokens, after a lost phone or a departure. One event announces the revocation, and every service stores it.

Tokens issued before that moment are refused, even if they have not expired. A member of staff who signs in again gets
access again, if the sign-in provider allows it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import Column, DateTime, Table, Uuid, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access.endings import is_ended
from shared.access.staff import is_gone
from shared.access.tokens import Principal, TokenRefused
from shared.events.audience import inside
from shared.events.contract import EventType, Instant, Read, Received, Reference
from shared.events.envelope import Event
from shared.store.database import metadata
from shared.store.statements import FirstStatement

revoked = Table(
    "revoked_access",
    metadata,
    Column("member", Uuid, primary_key=True, comment="a member of staff"),
    Column("before", DateTime(timezone=True), nullable=False, comment="tokens issued until then count no more"),
)

_WHO = bindparam("who", type_=Uuid)
_FIND = select(revoked.c.before).where(revoked.c.member == _WHO)
#: Built once, because every request that is about no case uses it.
_ASK = FirstStatement(
    select(_FIND.scalar_subquery().label("before"), or_(is_ended(_WHO), is_gone(_WHO)).label("ended"))
)


class AccessRevoked(Schema):
    """The moment up to which the tokens of a member of staff (also the event's subject) are refused."""

    member = Reference(required=True)
    before = Instant(required=True)


#: Events of the service that revokes tokens.
EVENT = EventType(
    "access.revoked",
    AccessRevoked,
    "access",
    "Every token of a member of staff was revoked.",
    protects=True,
    audience=inside("It is about staff, whom no agency knows by an id."),
)


def read_of(source: str) -> Read:
    """Declare that this service follows the revocations of `source`; `project` stores them."""
    return Read(f"{source}.{EVENT.name}", AccessRevoked, about="member", protects=True, on_unknown=_by_envelope)


def _by_envelope(session: Session, event: Event) -> None:
    # A newer release can use an unknown version of this event; its subject is enough to act immediately.
    revoke(session, event.subject, event.time)


def revoke(session: Session, member: UUID, before: datetime) -> None:
    """Refuse all tokens of a member of staff issued until `before`; a later stored moment is kept."""
    new = insert(revoked).values(member=member, before=before)
    later = {"before": func.greatest(revoked.c.before, new.excluded.before)}
    session.execute(new.on_conflict_do_update(index_elements=["member"], set_=later))


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply another service's revocations to this copy."""
    for event in sorted(received, key=lambda event: event.subject):
        revoke(session, event.subject, event.data["before"])


def find(session: Session, member: UUID) -> datetime | None:
    """Return the moment up to which a member's tokens are revoked; None if there is none."""
    return session.execute(_FIND, {"who": member}).scalar_one_or_none()


def check(session: Session, principal: Principal) -> None:
    """Raise `TokenRefused` for a member of staff whose token was revoked, whose access is ended, or who left."""
    if not principal.is_service and principal.agency is None:
        row = _ASK.one(session, {"who": UUID(principal.subject)})
        check_issued(principal, row.before, is_ended=row.ended)


def check_issued(principal: Principal, before: datetime | None, *, is_ended: bool) -> None:
    """Raise `TokenRefused` for a member of staff whose token was issued until `before`, or whose access is ended."""
    if principal.is_service or principal.agency is not None:
        return
    if is_ended:
        raise TokenRefused("ended")
    # Tokens have whole seconds: one issued in the same second is refused, and its owner signs in once more.
    if before is not None and datetime.fromtimestamp(principal.issued_at, UTC) <= before:
        raise TokenRefused("revoked")

"""Notices to be read and acknowledged: addressed to a member of staff, or to all with a role."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Column, ColumnElement, DateTime, Index, Table, Text, Uuid, insert, or_, select, update
from sqlalchemy.orm import Session

from shared.access.tokens import Principal
from shared.events.envelope import new_id
from shared.store.database import NamedRow, metadata

LONGEST_LIST = 200

notices = Table(
    "notices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("case_id", Uuid, comment="null: it is about staff, and no case"),
    Column("member", Uuid, nullable=False, comment="who did what it tells of"),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, comment="real time"),
    Column("recipient", Uuid, comment="a member of staff; null if it is for a role"),
    Column("role", Text),
    Column("acknowledged_by", Uuid),
    Column("acknowledged_at", DateTime(timezone=True)),
)
Index("notices_recipient_index", notices.c.recipient, postgresql_where=notices.c.acknowledged_at.is_(None))
Index("notices_role_index", notices.c.role, postgresql_where=notices.c.acknowledged_at.is_(None))


def give(
    session: Session,
    *,
    kind: str,
    case: UUID | None,
    member: UUID,
    reason: str,
    at: datetime,
    recipients: list[UUID],
    role: str | None = None,
) -> None:
    """Store a notice for each recipient, and one for the role, if given.

    `case` is None if it is about staff.
    """
    columns = {"kind": kind, "case_id": case, "member": member, "reason": reason, "at": at}
    addressed: list[Mapping[str, object]] = [
        *({"recipient": recipient, "role": None} for recipient in recipients),
        *([] if role is None else [{"recipient": None, "role": role}]),
    ]
    if addressed:
        session.execute(insert(notices), [{"id": new_id(), **columns, **addressee} for addressee in addressed])


def remind(session: Session, *, kind: str, case: UUID, member: UUID, reason: str, role: str) -> None:
    """Store a notice for a role, unless the same one exists and is unread."""
    same = (notices.c.kind == kind, notices.c.case_id == case, notices.c.member == member, notices.c.role == role)
    unread_still = select(notices.c.id).where(*same, notices.c.reason == reason, notices.c.acknowledged_at.is_(None))
    if session.execute(unread_still.limit(1)).first() is None:
        at = datetime.now(UTC)  # real time, as for all notices
        give(session, kind=kind, case=case, member=member, reason=reason, at=at, recipients=[], role=role)


def unread(session: Session, principal: Principal, after: UUID | None = None) -> list[NamedRow]:
    """Return a user's unread notices after `after`, oldest first: at most `LONGEST_LIST`."""
    query = select(notices).where(notices.c.acknowledged_at.is_(None), _addressed_to(principal))
    if after is not None:
        query = query.where(notices.c.id > after)
    return [dict(row) for row in session.execute(query.order_by(notices.c.id).limit(LONGEST_LIST)).mappings()]


def newest(session: Session) -> str:
    """Return a value that changes with each new notice to any recipient."""
    return str(session.scalars(select(notices.c.id).order_by(notices.c.id.desc()).limit(1)).first())


def marks(session: Session, wanted: Collection[UUID]) -> dict[UUID, str]:
    """Return the values that waiting readers compare; the recipients are checked when the list is read again."""
    return dict.fromkeys(wanted, newest(session))


def find(session: Session, notice: UUID, principal: Principal) -> NamedRow | None:
    """Return a notice that is addressed to the caller; None if there is none."""
    row = session.execute(select(notices).where(notices.c.id == notice, _addressed_to(principal))).mappings().first()
    return None if row is None else dict(row)


def acknowledge(session: Session, notice: UUID, by: UUID, at: datetime) -> None:
    """Record who has acknowledged a notice; only the first acknowledgement counts."""
    unread_still = (notices.c.id == notice, notices.c.acknowledged_at.is_(None))
    session.execute(update(notices).where(*unread_still).values(acknowledged_by=by, acknowledged_at=at))


def pass_on(session: Session, recipient: UUID, to: UUID, cases: Collection[UUID]) -> None:
    """Readdress a recipient's unread notices about these cases to another member of staff."""
    unread_still = (notices.c.recipient == recipient, notices.c.acknowledged_at.is_(None), notices.c.case_id.in_(cases))
    session.execute(update(notices).where(*unread_still).values(recipient=to))


def _addressed_to(principal: Principal) -> ColumnElement[bool]:
    return or_(notices.c.recipient == UUID(principal.subject), notices.c.role.in_(sorted(principal.roles)))

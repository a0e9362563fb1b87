"""The audit log: every read and change, in an append-only table, in the same transaction."""

from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, SmallInteger, Table, Text, Uuid, func, insert
from sqlalchemy.orm import Session

from shared.access.tokens import Principal
from shared.store.database import metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp(), comment="real time"),
    Column("actor", Text, nullable=False, comment="staff id or service name"),
    Column("roles", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Uuid, comment="the case, if one was asked for"),
    Column("status", SmallInteger, nullable=False, comment="as answered: denials count too"),
    Column("correlation", Uuid, nullable=False),
)
Index("audit_log_subject_index", audit_log.c.subject, audit_log.c.number)
#: Made once, since it is part of every request, and without asking back for the number, which nobody needs.
_INSERT = insert(audit_log).inline()


def note(
    session: Session, principal: Principal, *, action: str, subject: UUID | None, status: int, correlation: UUID
) -> None:
    """Add a row. What was read or written is never part of it."""
    row = {
        "actor": principal.subject,
        "roles": ",".join(sorted(principal.roles)),
        "action": action,
        "subject": subject,
        "status": status,
        "correlation": correlation,
    }
    session.execute(_INSERT, row)

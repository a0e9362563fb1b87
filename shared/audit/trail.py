"""The audit log: an append-only table with every read and change, written in the same transaction."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
)
from sqlalchemy.orm import Session

from shared.access.tokens import Principal
from shared.store.database import metadata
from shared.store.statements import WrittenOnce

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
_GIVEN: Final = ("actor", "roles", "action", "subject", "status", "correlation")
#: Built once, because every request uses it, and without RETURNING, because the row's number is not needed. Its
#: parameters have unique names, so that it can be combined with another statement.
INSERT: Final = (
    insert(audit_log)
    .inline()
    .values({name: bindparam(f"noted_{name}", type_=audit_log.c[name].type) for name in _GIVEN})
)

_NOTE: Final = WrittenOnce(INSERT)


def note(
    session: Session, principal: Principal, *, action: str, subject: UUID | None, status: int, correlation: UUID
) -> None:
    """Add a row. It never contains the data that was read or written."""
    _NOTE.execute(session, row_of(principal, action, subject, status, correlation))


def note_each(
    session: Session,
    principal: Principal,
    *,
    action: str,
    subjects: Collection[UUID],
    status: int,
    correlation: UUID,
) -> None:
    """Add a row for each of these subjects in one statement; none if there are no subjects."""
    if subjects:
        session.execute(INSERT, [row_of(principal, action, subject, status, correlation) for subject in subjects])


def row_of(
    principal: Principal, action: str, subject: UUID | None, status: int, correlation: UUID
) -> dict[str, object]:
    """Return the parameters of `INSERT`, for callers that combine it with their own statement."""
    roles = ",".join(sorted(principal.roles))
    row = dict(zip(_GIVEN, (principal.subject, roles, action, subject, status, correlation), strict=True))
    return {f"noted_{name}": column for name, column in row.items()}

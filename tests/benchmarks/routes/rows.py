"""The two tables of the plain routes: as many columns as intake's tables of cases and audit rows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    Uuid,
    func,
)

metadata = MetaData()
cases = Table(
    "cases",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("opened_by", Uuid, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("due_on", Date),
    Column("closed_on", Date),
)
Index("cases_opened_by_id_index", cases.c.opened_by, cases.c.id)
audit_log = Table(
    "audit_log",
    metadata,
    Column("number", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    Column("actor", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Uuid),
    Column("status", SmallInteger, nullable=False),
    Column("correlation", Uuid, nullable=False),
)
Index("audit_log_subject_index", audit_log.c.subject, audit_log.c.number)

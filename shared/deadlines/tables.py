"""The tables of the periods, and the timers that belong to them."""

from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from shared.reference import ClockRule, profile
from shared.store.database import TableRow, metadata

clocks = Table(
    "clocks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject", Uuid, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("rule_version", Text, nullable=False, comment="the rule that it began with, by its first day in force"),
    Column("began_on", Date, comment="null: not known"),
    Column("due_on", Date, comment="null: the length of the period is not known"),
    Column("due_at", DateTime(timezone=True)),
    Column("ends_at", DateTime(timezone=True)),
    Column("other_due_on", Date, comment="by the rule's second reading"),
    Column("verify", Boolean, nullable=False),
    Column("late_filing", Boolean, nullable=False),
    Column("state", Text, nullable=False, comment="by the list clock_state"),
    Column("key", Text, comment="law, code and starting fact; null: not derived yet"),
    Column("began", Text, comment="when the starting fact happened, as far as is known"),
    Column("in_time", Text, comment="of one that was met: yes, no or unknown"),
    Column("certainty", Text, nullable=False, server_default="likely"),
    Column("doubts", ARRAY(Text), nullable=False, server_default="{}"),
    Column("ask_about", ARRAY(Text), nullable=False, server_default="{}", comment="facts that the question is about"),
    Column("because", ARRAY(Text), nullable=False, server_default="{}", comment="ids of the facts"),
    Column("birthday", Integer, comment="due on this birthday; the days are its month's"),
    Column("paused_on", Date, comment="since when its time stands still, by local days"),
    Column("level", Integer, nullable=False, server_default="0", comment="warnings that lie behind"),
)
Index("clocks_subject_index", clocks.c.subject)
Index("clocks_key_index", clocks.c.subject, clocks.c.key)
Index(
    "clocks_open_index",
    clocks.c.subject,
    clocks.c.due_on,
    postgresql_where="state in ('undated', 'running', 'paused', 'doubtful', 'missed', 'passed', 'reached')",
)
Index("clocks_of_rights_index", clocks.c.due_on, postgresql_where="starts_with(code, 'PRIV.')")
#: The order of a subject's list: earliest due first, periods without a date last, and a stable order within a kind.
LISTED: Final = (clocks.c.due_at, clocks.c.code, clocks.c.id)

#: The time of the last derivation of a case. No later one uses an earlier time, even if its replica's clock is behind.
#: Only 0.2.0 reads `adopting`.
derivations = Table(
    "derivations",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("derived_at", DateTime(timezone=True), nullable=False, comment="by the domain's clock"),
    Column("adopting", Boolean, nullable=False, comment="brought over: what is long past then is not announced"),
)

#: For rows older than derived periods, until the first derivation: met, ended or withdrawn.
STOPPED = "stopped"


class NoSuchDeadline(LookupError):
    """The subject has no deadline with this id."""

    status = 404
    title = "Not found"


class DeadlineForbids(Exception):
    """A change of a deadline that its rule does not allow, or that comes after its end; `rule` names which."""

    status = 409
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Store the rule's name and a message for a person."""
        super().__init__(message)
        self.rule = rule


def of_id(session: Session, subject: UUID, clock: UUID) -> TableRow:
    """Return a deadline of the subject. Raises `NoSuchDeadline`."""
    row = session.execute(select(clocks).where((clocks.c.subject == subject) & (clocks.c.id == clock))).first()
    if row is None:
        raise NoSuchDeadline("This case has no such clock. Read the case again.")
    return row


def rule_of(row: TableRow) -> ClockRule:
    """Return the version of the rule that a deadline began with, independent of the law today."""
    return profile(row.jurisdiction).clock_version(row.code, row.rule_version)

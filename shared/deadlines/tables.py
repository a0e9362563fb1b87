"""The clocks as they are stored, and the timers that belong to them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, DateTime, Index, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from shared.deadlines import timers
from shared.reference import ClockRule, profile
from shared.reference.periods import Due, start_of_day, warnings
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
    Column("began_on", Date, nullable=False),
    Column("due_on", Date, comment="null: the length of the period is not known"),
    Column("due_at", DateTime(timezone=True)),
    Column("ends_at", DateTime(timezone=True)),
    Column("other_due_on", Date, comment="by the rule's second reading"),
    Column("verify", Boolean, nullable=False),
    Column("late_filing", Boolean, nullable=False),
    Column(
        "state", Text, nullable=False, comment="running, paused, resting, reached, missed, passed, stopped, withdrawn"
    ),
    Column("paused_at", DateTime(timezone=True), comment="since when its time stands still"),
    Column("announced", ARRAY(Text), nullable=False, server_default="{}", comment="what was told of which due date"),
)
Index("clocks_subject_index", clocks.c.subject)

RUNNING, PAUSED, REACHED, MISSED, PASSED, STOPPED = "running", "paused", "reached", "missed", "passed", "stopped"
#: Another clock of its code, kept for another subject, runs in its place; nothing of it is lost meanwhile.
RESTING = "resting"
#: What began it was recorded wrongly: it counts no more, as if it had never run.
WITHDRAWN = "withdrawn"
#: By its kind, what a clock is once its period is over.
ENDS = {"minimum": REACHED, "maximum": REACHED, "target": MISSED, "limitation": PASSED}


class NoSuchDeadline(LookupError):
    """The subject has no clock of that id."""

    status = 404
    retryable = False
    title = "Not found"


class DeadlineForbids(Exception):
    """What can't be done to a clock: its rule does not know it, or it has come to its end; `rule` names which."""

    status = 409
    retryable = False
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Store the rule's name and a sentence for a person."""
        super().__init__(message)
        self.rule = rule


def live(session: Session, subject: UUID, code: str) -> TableRow | None:
    """Return the subject's clock of a code that runs, is paused or rests; None if there is none."""
    same = (clocks.c.subject == subject) & (clocks.c.code == code) & clocks.c.state.in_((RUNNING, PAUSED, RESTING))
    return session.execute(select(clocks).where(same)).first()


def of_id(session: Session, subject: UUID, clock: UUID) -> TableRow:
    """Return a clock of the subject. Raises NoSuchClock."""
    row = session.execute(select(clocks).where((clocks.c.subject == subject) & (clocks.c.id == clock))).first()
    if row is None:
        raise NoSuchDeadline("This case has no such clock. Read the case again.")
    return row


def rule_of(row: TableRow) -> ClockRule:
    """The version of the rule that a clock began with, whatever the law says now."""
    return profile(row.jurisdiction).clock_version(row.code, row.rule_version)


def period_of(row: TableRow) -> Due | None:
    """When a clock is over; None where that is not known."""
    return None if row.due_on is None else Due(row.due_on, row.due_at, row.ends_at)


def columns_of(due: Due | None) -> dict[str, date | datetime | None]:
    """A due date as it is stored."""
    return {
        "due_on": due.due_on if due else None,
        "due_at": due.starts_at if due else None,
        "ends_at": due.ends_at if due else None,
    }


def mark(name: str, at: datetime) -> str:
    """Return the mark that records a timer as announced; the timer's name holds the milestone and its due date."""
    return f"{name}/{at.isoformat()}"


def set_timers(
    session: Session, clock: UUID, due: Due, rule: ClockRule, zone: str, now: datetime, announced: list[str]
) -> None:
    """Set a clock's timers not announced before: due soon, due (from 00:00 local of its day), and its end."""
    milestones = [("due_soon", at) for at in warnings(due, rule.warn_days, zone)]
    if rule.kind != "minimum":
        milestones.append(("due", start_of_day(due.due_on, zone)))
    # A warning that is past when the clock starts would only repeat what its end announces.
    milestones = [(name, at) for name, at in milestones if (at >= now if name == "due_soon" else due.ends_at > now)]
    for milestone, at in (*milestones, ("end", due.ends_at)):
        name = f"{milestone}@{due.ends_at.isoformat()}"
        if mark(name, at) not in announced:
            timers.schedule(session, clock, name, at)

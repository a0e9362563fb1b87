"""The deadlines of a subject as data, for whoever decides by them; how they are shown is in `view`."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines.tables import STOPPED, WITHDRAWN, clocks
from shared.reference import profile
from shared.reference.periods import local_date
from shared.store.database import NamedRow


@dataclass(frozen=True, slots=True)
class DeadlineState:
    """A deadline as it is stored. `due_on` is None where the length of the period is not known.

    `other_due_on` is the day by the rule's second reading, `paused_on` since when its time stands still, `rule_version`
    the first day in force of the rule that it began with; `verify`: someone who knows the law should check.
    """

    id: UUID
    code: str
    kind: str
    state: str
    began_on: date
    due_on: date | None
    other_due_on: date | None
    paused_on: date | None
    late_filing_possible: bool
    rule_version: str
    verify: bool

    @property
    def is_stopped(self) -> bool:
        """Return whether what it waited for has come."""
        return self.state == STOPPED

    @property
    def is_withdrawn(self) -> bool:
        """Return whether what began it was recorded wrongly, so that it counts no more."""
        return self.state == WITHDRAWN


def all_of(session: Session, subject: UUID) -> list[DeadlineState]:
    """Return a subject's deadlines, the earliest due first."""
    rows = session.execute(select(clocks).where(clocks.c.subject == subject).order_by(clocks.c.due_at, clocks.c.code))
    return [state_of(row) for row in rows.mappings()]


def state_of(row: NamedRow) -> DeadlineState:
    """Return the deadline of a row, by its columns."""
    return DeadlineState(
        id=row["id"],
        code=row["code"],
        kind=row["kind"],
        state=row["state"],
        began_on=row["began_on"],
        due_on=row["due_on"],
        other_due_on=row["other_due_on"],
        paused_on=row["paused_at"] and local_date(row["paused_at"], profile(row["jurisdiction"]).timezone),
        late_filing_possible=row["late_filing"],
        rule_version=row["rule_version"],
        verify=row["verify"],
    )

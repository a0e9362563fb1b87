"""The deadlines of a subject as data for rules that depend on them. `view` shows them to readers."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines.checking import checked_by
from shared.deadlines.derivation import WITHDRAWN
from shared.deadlines.tables import LISTED, clocks
from shared.reference import grouping
from shared.reference.periods import UNKNOWN
from shared.store.database import NamedRow


@dataclass(frozen=True, slots=True)
class DeadlineState:
    """A deadline as it is stored. `due_on` is None if the length of the period is not known.

    `due_at` is the instant if the law counts hours, `check` who should check the date.

    `began`: when its starting fact happened, as far as it is known; `began_on` the first day that this can mean.
    `other_due_on` is the day by the reading furthest from the safe one, `paused_on` the day since which it is paused,
    `rule_version` the first day in force of the rule that it began with. `because`: the ids of the facts that it
    follows from. `doubts`, `certainty`: how sure the date is. `in_time`: whether it was met in time. `birthday`: it is
    due on this birthday of the person, and its days limit the month.
    """

    id: UUID
    code: str
    kind: str
    state: str
    jurisdiction: str
    began: str
    began_on: date | None
    due_on: date | None
    due_at: datetime | None
    other_due_on: date | None
    paused_on: date | None
    late_filing_possible: bool
    rule_version: str
    verify: bool
    check: str
    in_time: str | None
    certainty: str
    doubts: tuple[str, ...]
    because: tuple[str, ...]
    birthday: int | None

    @property
    def is_withdrawn(self) -> bool:
        """Return whether its starting fact was recorded wrongly, so that it is not valid."""
        return self.state == WITHDRAWN


def all_of(session: Session, subject: UUID) -> list[DeadlineState]:
    """Return a subject's deadlines, the earliest due first."""
    rows = session.execute(select(clocks).where(clocks.c.subject == subject).order_by(*LISTED))
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
        due_at=grouping.instant(row["due_at"], row["ends_at"]),
        other_due_on=row["other_due_on"],
        paused_on=row["paused_on"],
        jurisdiction=row["jurisdiction"],
        began=row["began"] or (row["began_on"].isoformat() if row["began_on"] else UNKNOWN),
        in_time=row["in_time"],
        certainty=row["certainty"],
        doubts=tuple(row["doubts"]),
        because=tuple(row["because"]),
        birthday=row["birthday"],
        late_filing_possible=row["late_filing"],
        rule_version=row["rule_version"],
        verify=row["verify"],
        check=checked_by(row["jurisdiction"], row["code"], row["rule_version"]),
    )

"""Decisions about a period: extend, pause, resume or close it. Each decision is a fact.

The case has to be locked. Only a decision that the rule does not allow is refused. A decision that comes too late to
change anything is stored, and the answer states that it has no effect.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.deadlines import facts
from shared.deadlines.derivation import links
from shared.deadlines.facts import Fact
from shared.deadlines.keeping import Keeping
from shared.deadlines.tables import DeadlineForbids, clocks, of_id, rule_of
from shared.events.envelope import new_id
from shared.reference.periods import UNKNOWN
from shared.store.database import TableRow


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about a period: the fact, whether it changed anything, and the period's last day now."""

    fact: Fact
    has_effect: bool
    due_on: date | None


def extend(
    session: Session, keeping: Keeping, case: UUID, clock: UUID, until: date, *, now: datetime, by: UUID | None
) -> Decided:
    """Extend a period to a later day. Raises `NoSuchDeadline`, and `DeadlineForbids` if the rule has no extension."""
    row = of_id(session, case, clock)
    if not rule_of(row).extendable:
        raise DeadlineForbids(
            "rule_knows_an_extension",
            f"This period can't be extended, because its rule ({row.code}) has no extension. Check which period "
            "you mean, or leave it as it is.",
        )
    return _decide(session, keeping, row, links.EXTENSION, None, {"until": until.isoformat()}, now=now, by=by)


def pause(
    session: Session, keeping: Keeping, case: UUID, clock: UUID, since: date, *, now: datetime, by: UUID | None
) -> Decided:
    """Pause a period from a day on. Raises `NoSuchDeadline`, and `DeadlineForbids` if the rule has no pause."""
    row = of_id(session, case, clock)
    if not rule_of(row).pausable:
        raise DeadlineForbids(
            "rule_knows_a_pause",
            f"This period can't be paused, because its rule ({row.code}) has no pause. Check which period you "
            "mean: this one continues.",
        )
    return _decide(session, keeping, row, links.PAUSE, since, {}, now=now, by=by)


def resume(
    session: Session, keeping: Keeping, case: UUID, clock: UUID, again: date, *, now: datetime, by: UUID | None
) -> Decided:
    """Resume a paused period from a day on.

    Raises `NoSuchDeadline`, and `DeadlineForbids` if the rule has no pause.
    """
    row = of_id(session, case, clock)
    if not rule_of(row).pausable:
        raise DeadlineForbids(
            "rule_knows_a_pause",
            f"This period can't be paused, because its rule ({row.code}) has no pause. Check which period you "
            "mean: this one continues.",
        )
    return _decide(session, keeping, row, links.RESUMPTION, again, {}, now=now, by=by)


def close(
    session: Session,
    keeping: Keeping,
    case: UUID,
    clock: UUID,
    closed: date | None,
    *,
    reason: str,
    now: datetime,
    by: UUID | None,
) -> Decided:
    """Close a period by hand, with a reason (list `fact_correction_reason`). Raises `NoSuchDeadline`."""
    row = of_id(session, case, clock)
    return _decide(session, keeping, row, links.CLOSED, closed, {}, now=now, by=by, reason=reason)


def _decide(
    session: Session,
    keeping: Keeping,
    row: TableRow,
    kind: str,
    day: date | None,
    codes: dict[str, str],
    *,
    now: datetime,
    by: UUID | None,
    reason: str | None = None,
) -> Decided:
    fact = Fact(
        id=new_id(),
        case=row.subject,
        kind=kind,
        happened=UNKNOWN if day is None and kind == links.CLOSED else (day.isoformat() if day else now.isoformat()),
        learnt=now.isoformat(),
        about=_start_of(row),
        codes={"clock": row.code, **codes},
        reason=reason,
    )
    facts.note(session, fact, now=now, by=by)
    keeping.derive(session, row.subject, now)
    due_on = session.execute(select(clocks.c.due_on).where(clocks.c.id == row.id)).scalar_one()
    return Decided(fact, fact.id not in keeping.without_effect(session, row.subject, now), due_on)


def _start_of(row: TableRow) -> UUID | None:
    start = (row.key or "").rpartition("/")[2]
    return UUID(start) if start else None

"""One routine after every change, timer and consumed event: derive again, store the result, publish the differences.

The case is locked first; facts and rows are read after the lock. A second replica therefore waits, finds the rows of
the first, and publishes nothing. This makes each event exactly once.

Stored and published periods follow from the case's own facts only, so a merge of two cases reveals nothing to anyone.
Periods that follow from several cases of a person are derived for each reader (`shared.deadlines.joined`).
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.deadlines import facts, timers
from shared.deadlines.derivation import LIVE, Stored, Told, derive, differences
from shared.deadlines.derivation.differences import STARTED, WITHDRAWN
from shared.deadlines.rows import as_known, rows_of, store
from shared.deadlines.tables import derivations
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.reference import Keeper, grouping, profile
from shared.reference.periods import UNKNOWN, Due, days_left, local_date

#: The name of a case's timer. It has no data and only triggers a derivation. An early, late or repeated one is
#: harmless.
WAKE_UP: Final = "derive"
#: The name of the timer of a case that an upgrade derives again. 0.2.0 has no handler for it, and leaves it alone.
ADOPT: Final = "adopt"

#: Events that always have a due date.
_DATED: Final = frozenset(("doubtful", "missed", "reached"))


@dataclass(frozen=True)
class Keeping:
    """How a service keeps the periods of its cases.

    `keeper`: whose legal periods it keeps; None: all. `lock`: locks a case. `joined`: the cases that are merged with a
    case, including itself. `birth_month`: the month of the person's birth (`2008-09`), or only its year; None if it is
    not known. It never leaves this service: rows and events contain only the bounds of a month.
    """

    keeper: Keeper | None
    lock: Callable[[Session, UUID], int]
    joined: Callable[[Session, UUID], Sequence[UUID]]
    birth_month: Callable[[Session, UUID], str | None]

    # control: H-JOINED-1 own-facts-only
    def derive(self, session: Session, case: UUID, now: datetime) -> None:
        """Derive the periods of a case from its own facts. Store and publish the differences.

        The time is never earlier than that of the last derivation: a replica whose clock is behind would otherwise
        revoke published states.
        """
        self.lock(session, case)
        last = session.execute(select(derivations).where(derivations.c.case_id == case)).first()
        at = now if last is None else max(now, last.derived_at)
        births = {case: self.birth_month(session, case)}
        derived = derive(facts.standing(session, [case]), at, keeper=self.keeper, births=births)
        before = rows_of(session, [case])
        after = as_known(derived.periods, before)
        events = differences(before, after, at)
        is_adopting = timers.is_set(session, case, ADOPT)
        recorded = _recorded_since(session, case, None if last is None else last.derived_at) if is_adopting else set()
        announced = [event for event in events if not is_adopting or _is_news(event, before, recorded)]
        store(session, after, events)
        if announced:
            eventlog.record(session, case, [_announcement(difference, at) for difference in announced])
        _note_derived(session, case, at)
        timers.reschedule(session, case, WAKE_UP, derived.next_at)

    def without_effect(self, session: Session, case: UUID, now: datetime) -> Mapping[UUID, str]:
        """Return the case's facts that should change something but do not, each with the reason as a code."""
        births = {case: self.birth_month(session, case)}
        derived = derive(facts.standing(session, [case]), now, keeper=self.keeper, births=births)
        return {entry.fact: entry.why for entry in derived.without_effect}


def calculated_at(session: Session, case: UUID) -> datetime | None:
    """Return when the case's own periods were last derived; None if they never were."""
    return session.scalar(select(derivations.c.derived_at).where(derivations.c.case_id == case))


def _note_derived(session: Session, case: UUID, at: datetime) -> None:
    row = insert(derivations).values(case_id=case, derived_at=at, adopting=False)
    values = {"derived_at": row.excluded.derived_at}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=values))


# control: H-DEADLINE-7 recorded-before-adoption
def _is_news(difference: Told, before: Mapping[UUID, Stored], recorded: AbstractSet[UUID]) -> bool:
    """Return whether a difference is published before a case of an older release is adopted.

    New periods of the distant past are not, unless they follow from a fact that a staff member has just recorded.
    """
    earlier = before.get(difference.period.id)
    is_known = earlier is not None and earlier.state != WITHDRAWN
    return is_known or difference.period.state in LIVE or not recorded.isdisjoint(difference.period.because)


def _recorded_since(session: Session, case: UUID, derived_at: datetime | None) -> set[UUID]:
    """Return the facts of a case that staff members recorded or corrected after its last derivation."""
    own = facts.facts.c
    query = select(own.id).where(own.case_id == case, own.recorded_by.is_not(None))
    if derived_at is not None:
        query = query.where(own.recorded_at > derived_at)
    return set(session.scalars(query))


def _announcement(difference: Told, at: datetime) -> Announcement:
    """Return the event of a difference: the whole state after it."""
    period = difference.period
    data: dict[str, object] = {
        "clock": period.id,
        "code": period.code,
        "kind": period.kind,
        "jurisdiction": period.jurisdiction,
        "state": period.state,
        "began": period.began or UNKNOWN,
        "began_on": period.began_on,
        "due_on": period.due_on,
        "other_due_on": period.other_due_on,
        "in_time": period.in_time,
        "certainty": period.certainty,
        "doubts": list(period.doubts),
        "ask_about": list(period.ask_about),
        "because": list(period.because),
        "birthday": period.birthday,
        "rule_version": period.rule_version,
        "verify": period.certainty != "settled",
        "late_filing_possible": period.late_filing,
        "paused_on": period.paused_on,
        "takes_back": difference.takes_back,
    }
    if period.due_on is None and difference.verb in _DATED:
        # Only its latest date was known, so the period certainly ran until then.
        data["due_on"] = period.other_due_on
    exact = grouping.instant(period.due_at, period.ends_at)
    if exact is not None:
        data["due_at"] = exact
    if period.due_on is not None and period.due_at is not None and period.ends_at is not None:
        due = Due(period.due_on, period.due_at, period.ends_at)
        data["days_left"] = max(0, days_left(due, at, profile(period.jurisdiction).timezone))
    if difference.verb == STARTED and period.began_on is None:
        data["began_on"] = local_date(at, profile(period.jurisdiction).timezone)
    return Announcement(f"clock.{difference.verb}", data)

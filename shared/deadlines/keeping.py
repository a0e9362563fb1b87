"""One routine after every change, timer and heard event: derive again, store what follows, and emit what differs.

The case is locked first, and with it those that it is merged with; facts and rows are read after the lock. So a second
replica waits, finds the rows as the first left them, and emits nothing: that is all of "exactly once".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.deadlines import facts, timers
from shared.deadlines.derivation import (
    LIVE,
    RESTING,
    Derived,
    Period,
    Stored,
    Told,
    derive,
    differences,
)
from shared.deadlines.derivation.differences import STARTED
from shared.deadlines.facts import Fact
from shared.deadlines.rows import as_known, rows_of, store
from shared.deadlines.tables import derivations
from shared.events.envelope import Announcement
from shared.exchange import eventlog
from shared.exchange.unlinked import unlinked
from shared.reference import Keeper, profile
from shared.reference.periods import UNKNOWN, Due, days_left, local_date

#: The name of the timer of a case: it carries nothing and only wakes; early, late, twice or stale, it does no harm.
WAKE_UP: Final = "derive"

#: Events that always have a due date.
_DATED: Final = frozenset(("doubtful", "missed", "reached"))


@dataclass(frozen=True)
class Keeping:
    """How a service keeps the periods of its cases.

    `keeper`: whose periods of the law it keeps; None: all. `lock`: locks a case. `joined`: the cases that are merged
    with a case, itself among them. `birth_month`: the month of the person's birth (`2008-09`), or its year alone; None
    where it is not known. It never leaves this service: rows and events hold the bounds of a month only.
    """

    keeper: Keeper | None
    lock: Callable[[Session, UUID], int]
    joined: Callable[[Session, UUID], Sequence[UUID]]
    birth_month: Callable[[Session, UUID], str | None]

    def derive(self, session: Session, case: UUID, now: datetime) -> None:
        """Derive the periods of a case, and of those merged with it, from their facts; store and emit what differs.

        By no earlier time than the last derivation: a replica whose clock is behind would take back what was told.
        """
        cases = sorted({case, *self.joined(session, case)})
        for joined in cases:
            self.lock(session, joined)
        derived_before = _derived_before(session, cases)
        at = max([now, *(last.at for last in derived_before.values())])
        standing = facts.standing(session, cases)
        derived = self._derived(session, standing, cases, at)
        before = rows_of(session, cases)
        after = as_known(derived.periods, before)
        events = differences(before, after, at)
        adopting = {joined for joined, last in derived_before.items() if last.is_adopting}
        announced = [event for event in events if event.period.subject not in adopting or _is_news(event, before)]
        store(session, after, events)
        for subject, following in groupby(announced, key=lambda event: event.period.subject):
            own = frozenset(fact.id for fact in standing if fact.case == subject)
            # No correlation leads from one case of a merged person to another.
            with nullcontext() if subject == case else unlinked(session):
                eventlog.record(session, subject, [_announcement(difference, own, at) for difference in following])
        for joined in cases:
            _note_derived(session, joined, at)
            next_at = derived.next_at if joined == case else None
            timers.reschedule(session, joined, WAKE_UP, next_at)

    def without_effect(self, session: Session, case: UUID, now: datetime) -> Mapping[UUID, str]:
        """Return the case's facts that change nothing although they are meant to, each with why (a code)."""
        cases = sorted({case, *self.joined(session, case)})
        derived = self._derived(session, facts.standing(session, cases), cases, now)
        return {entry.fact: entry.why for entry in derived.without_effect}

    def _derived(self, session: Session, standing: Sequence[Fact], cases: Sequence[UUID], at: datetime) -> Derived:
        births = {case: self.birth_month(session, case) for case in cases}
        derived = derive(standing, at, keeper=self.keeper, births=births)
        if len(cases) == 1:
            return derived
        resting = _resting(derived, (self._alone(standing, case, at, births) for case in cases))
        return replace(derived, periods=(*derived.periods, *resting))

    def _alone(self, standing: Iterable[Fact], case: UUID, at: datetime, births: Mapping[UUID, str | None]) -> Derived:
        return derive([fact for fact in standing if fact.case == case], at, keeper=self.keeper, births=births)


@dataclass(frozen=True)
class _Known:
    at: datetime
    is_adopting: bool


def _derived_before(session: Session, cases: Sequence[UUID]) -> dict[UUID, _Known]:
    query = select(derivations).where(derivations.c.case_id.in_(cases))
    return {row.case_id: _Known(row.derived_at, row.adopting) for row in session.execute(query)}


def _note_derived(session: Session, case: UUID, at: datetime) -> None:
    row = insert(derivations).values(case_id=case, derived_at=at, adopting=False)
    values = {"derived_at": row.excluded.derived_at, "adopting": row.excluded.adopting}
    session.execute(row.on_conflict_do_update(index_elements=["case_id"], set_=values))


def _resting(together: Derived, alone: Iterable[Derived]) -> list[Period]:
    """Return the periods that a case would have alone and the merged ones have not: another runs in their place."""
    ids = {period.id for period in together.periods}
    return [
        replace(period, state=RESTING, level=0, next_at=None, in_time=None)
        for derived in alone
        for period in derived.periods
        if period.id not in ids and period.state in LIVE
    ]


def _is_news(difference: Told, before: Mapping[UUID, Stored]) -> bool:
    """Return whether something is news at the derivation by which an older release is brought over.

    What is long past is not announced as new: only what is still open, and what was open so far.
    """
    earlier = before.get(difference.period.id)
    return difference.period.state in LIVE or (earlier is not None and earlier.state in LIVE)


def _announcement(difference: Told, own: frozenset[UUID], at: datetime) -> Announcement:
    """Return the event of a difference: the whole state after it. `own`: the facts of its own case; no other leaks."""
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
        "ask_about": [fact for fact in period.ask_about if fact in own],
        "because": [fact for fact in period.because if fact in own],
        "birthday": period.birthday,
        "rule_version": period.rule_version,
        "verify": period.certainty != "settled",
        "late_filing_possible": period.late_filing,
        "paused_on": period.paused_on,
        "takes_back": difference.takes_back,
    }
    if period.due_on is None and difference.verb in _DATED:
        # Only its latest date was known: so far the period certainly ran.
        data["due_on"] = period.other_due_on
    if period.due_on is not None and period.due_at is not None and period.ends_at is not None:
        due = Due(period.due_on, period.due_at, period.ends_at)
        data["days_left"] = max(0, days_left(due, at, profile(period.jurisdiction).timezone))
    if difference.verb == STARTED and period.began_on is None:
        data["began_on"] = local_date(at, profile(period.jurisdiction).timezone)
    return Announcement(f"clock.{difference.verb}", data)

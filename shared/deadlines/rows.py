"""The stored periods: the state that was published last, and the read model of lists and views."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.deadlines.derivation import WITHDRAWN, Period, Stored, Told
from shared.deadlines.tables import clocks
from shared.store.database import NamedRow


def rows_of(session: Session, cases: Sequence[UUID]) -> dict[UUID, Stored]:
    """Return the periods of these cases as they were published last, by id, and lock their rows."""
    rows = session.execute(select(clocks).where(clocks.c.subject.in_(cases)).with_for_update()).mappings()
    return {row["id"]: _stored(row) for row in rows}


def stored_rows(session: Session, cases: Sequence[UUID]) -> dict[UUID, Stored]:
    """Return the same for a reader, without a lock."""
    rows = session.execute(select(clocks).where(clocks.c.subject.in_(cases))).mappings()
    return {row["id"]: _stored(row) for row in rows}


def _stored(row: NamedRow) -> Stored:
    return Stored(
        id=row["id"],
        subject=row["subject"],
        code=row["code"],
        kind=row["kind"],
        jurisdiction=row["jurisdiction"],
        state=row["state"],
        began_on=row["began_on"],
        due_on=row["due_on"],
        due_at=row["due_at"],
        ends_at=row["ends_at"],
        other_due_on=row["other_due_on"],
        in_time=row["in_time"],
        certainty=row["certainty"],
        doubts=tuple(row["doubts"]),
        ask_about=tuple(UUID(fact_id) for fact_id in row["ask_about"]),
        because=tuple(UUID(fact_id) for fact_id in row["because"]),
        birthday=row["birthday"],
        paused_on=row["paused_on"],
        rule_version=row["rule_version"],
        late_filing=row["late_filing"],
        level=row["level"],
        key=row["key"],
        began=row["began"],
    )


def as_known(periods: Iterable[Period], before: Mapping[UUID, Stored]) -> list[Stored]:
    """Return periods as they are stored. A period that is older than derived periods keeps its id."""
    adopted: dict[tuple[UUID, str | None], UUID] = {
        (known.subject, known.key): known.id for known in before.values() if known.key is not None
    }
    older = [known for known in before.values() if known.key is None]
    after = []
    for period in periods:
        stored = stored_of(period)
        known = None if stored.id in before else adopted.get((stored.subject, stored.key or ""))
        if known is None and stored.id not in before:
            known = _adopted(older, stored, is_only=period.start is None)
        after.append(replace(stored, id=known or stored.id))
    return after


def _adopted(older: list[Stored], stored: Stored, *, is_only: bool) -> UUID | None:
    """Return the id of the older period that equals this one, and remove it from the list; None if there is none.

    `is_only`: there is one period per case, so the day that it counted from does not matter.
    """
    wanted = (stored.subject, stored.code, stored.jurisdiction)
    same = [known for known in older if (known.subject, known.code, known.jurisdiction) == wanted]
    exact = [known for known in same if known.began_on == stored.began_on]
    found = next(iter(exact or (same if is_only else [])), None)
    if found is None:
        return None
    older.remove(found)
    return found.id


def stored_of(period: Period) -> Stored:
    """Return a derived period as it is stored and published."""
    return Stored(
        id=period.id,
        subject=period.case,
        code=period.code,
        kind=period.kind,
        jurisdiction=period.jurisdiction,
        state=period.state,
        began_on=period.began_on,
        due_on=period.due.due_on if period.due else None,
        due_at=period.due.starts_at if period.due else None,
        ends_at=period.due.ends_at if period.due else None,
        other_due_on=period.other.due_on if period.other else None,
        in_time=period.in_time,
        certainty=period.certainty,
        doubts=period.doubts,
        ask_about=period.ask_about,
        because=period.because,
        birthday=period.birthday,
        paused_on=period.paused_on,
        rule_version=period.rule_version,
        late_filing=period.late_filing,
        level=period.level,
        key=period.key,
        began=period.began,
    )


def store(session: Session, after: Sequence[Stored], events: Sequence[Told]) -> None:
    """Store the periods that have events."""
    changed = {event.period.id for event in events}
    rows = [row_of(period) for period in after if period.id in changed]
    if rows:
        new = insert(clocks)
        columns = {name: new.excluded[name] for name in rows[0] if name != "id"}
        session.execute(new.on_conflict_do_update(index_elements=["id"], set_=columns), rows)
    gone = [event.period.id for event in events if event.period.state == WITHDRAWN]
    if gone:
        session.execute(update(clocks).where(clocks.c.id.in_(gone)).values(state=WITHDRAWN, in_time=None, level=0))


def row_of(period: Stored) -> dict[str, object]:
    """Return a period as the columns of its row."""
    return {
        "id": period.id,
        "subject": period.subject,
        "jurisdiction": period.jurisdiction,
        "code": period.code,
        "kind": period.kind,
        "rule_version": period.rule_version,
        "began": period.began,
        "began_on": period.began_on,
        "due_on": period.due_on,
        "due_at": period.due_at,
        "ends_at": period.ends_at,
        "other_due_on": period.other_due_on,
        "verify": period.certainty != "settled",
        "late_filing": period.late_filing,
        "state": period.state,
        "paused_on": period.paused_on,
        "key": period.key,
        "in_time": period.in_time,
        "certainty": period.certainty,
        "doubts": list(period.doubts),
        "ask_about": [str(fact) for fact in period.ask_about],
        "because": [str(fact) for fact in period.because],
        "birthday": period.birthday,
        "level": period.level,
    }

"""The facts of a case: the kind of event, when it happened as far as it is known, when it was learnt; with revisions.

A fact is never overwritten: a correction or a withdrawal is its next revision, with a reason. The highest revision
applies, in any order of arrival. Older revisions are kept and marked. The time and the author of a record are stored
with it, and no period counts from that time.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, Table, Text, Uuid, exists, or_, select
from sqlalchemy.dialects.postgresql import JSONB, distinct_on, insert
from sqlalchemy.orm import Session

from shared.reference.periods import UNKNOWN
from shared.store.database import NamedRow, metadata
from shared.store.statements import insert_rows


def _columns() -> list[Column[Any]]:
    return [
        Column("id", Uuid, primary_key=True),
        Column("revision", Integer, primary_key=True, autoincrement=False),
        Column("case_id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("happened", Text, nullable=False, comment="an instant, a day, a month, a year, or unknown"),
        Column("learnt", Text, comment="an instant or a day"),
        Column("about", Uuid, comment="the fact that it answers"),
        Column("codes", JSONB, nullable=False, comment="what else it says, by the names of the rules' triggers"),
        Column("withdrawn", Boolean, nullable=False),
    ]


#: The facts that this service recorded.
facts = Table(
    "facts",
    metadata,
    *_columns(),
    Column("reason", Text, comment="of a correction or a withdrawal"),
    Column("decided_by", Text, comment="the authority or the person that decided"),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Uuid, comment="null: by the system itself"),
)
Index("facts_case_id_index", facts.c.case_id, facts.c.kind)

#: The facts imported from other services' events, and rebuilt from them.
heard_facts = Table("heard_facts", metadata, *_columns())
Index("heard_facts_case_id_index", heard_facts.c.case_id, heard_facts.c.kind)

# control: H-DEADLINE-8 each-employer-is-one
#: Equal facts of these kinds are no duplicates. A person can make the same request twice on a day, and each needs an
#: answer. Two employers can withhold wages, and each has its own end of the work.
EACH_IS_ONE: Final = frozenset(("rights_request", "rights_answer", "wages_withheld"))
_OF_FACT: Final = tuple(column.name for column in heard_facts.c)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One revision of a fact.

    `happened`: an instant with its offset, a day, a month, a year, or `unknown`. `learnt`: an instant or a day; the
    fact had happened by then. `about`: the fact that it answers (the decision of a submission). `codes`: further
    values, by name: `stage`, `outcome`, `remedy`, `jurisdiction`, ... `decided_by`: the authority that decided.
    """

    id: UUID
    case: UUID
    kind: str
    revision: int = 1
    happened: str = UNKNOWN
    learnt: str | None = None
    about: UUID | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False
    reason: str | None = None
    decided_by: str | None = None

    def says(self, other: "Fact") -> bool:
        """Return whether two revisions of one fact have the same content."""
        return (_said(self), self.learnt) == (_said(other), other.learnt)

    def says_the_same(self, other: "Fact") -> bool:
        """Return whether another fact of the same case has the same content, under another id."""
        return self.id != other.id and _said(self) == _said(other)


def _said(fact: Fact) -> tuple[object, ...]:
    return fact.case, fact.kind, fact.happened, fact.about, tuple(sorted(fact.codes.items()))


class NoSuchFact(LookupError):
    """The case has no fact with this id."""

    status = 404
    title = "Not found"


class FactWithdrawn(Exception):
    """The fact was withdrawn, so there is nothing to correct."""

    status = 409
    title = "Not possible now"
    rule = "fact_stands"

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("This fact was withdrawn earlier and is not valid. If it is true after all, record it again.")


def note(session: Session, fact: Fact, *, now: datetime, by: UUID | None) -> None:
    """Store a fact or its next revision in the caller's transaction, with the current time and the author."""
    note_all(session, [fact], now=now, by=by)


def note_all(session: Session, noted: Collection[Fact], *, now: datetime, by: UUID | None) -> None:
    """Store facts, each as `note` does, in one statement."""
    rows = [
        {**_row(fact), "reason": fact.reason, "decided_by": fact.decided_by, "recorded_at": now, "recorded_by": by}
        for fact in noted
    ]
    insert_rows(session, facts, rows)


def hear(session: Session, heard: Iterable[Fact]) -> None:
    """Store facts of other services from their events, and keep those that exist. For projections."""
    rows = [_row(fact) for fact in heard]
    if rows:
        session.execute(insert(heard_facts).on_conflict_do_nothing(), rows)


def latest_heard(session: Session, case: UUID, ids: Collection[UUID]) -> list[Fact]:
    """Return these imported facts of a case, each in its highest revision, withdrawn or not. For projections."""
    if not ids:
        return []
    mine = (heard_facts.c.case_id == case) & heard_facts.c.id.in_(ids)
    query = select(heard_facts).where(mine).order_by(heard_facts.c.id, heard_facts.c.revision)
    highest = {row["id"]: _fact(row) for row in session.execute(query).mappings()}
    return list(highest.values())


def correct(
    session: Session, case: UUID, fact: UUID, *, reason: str, now: datetime, by: UUID | None, **changes: Any
) -> Fact:
    """Correct a fact of this service, and return the new revision. Raises `NoSuchFact`, `FactWithdrawn`.

    `changes`: the corrected values, by the names of `Fact`.
    """
    standing = standing_own(session, case, fact)
    corrected = replace(standing, revision=standing.revision + 1, reason=reason, **changes)
    note(session, corrected, now=now, by=by)
    return corrected


def withdraw(session: Session, case: UUID, fact: UUID, *, reason: str, now: datetime, by: UUID | None) -> Fact:
    """Withdraw a fact of this service. It is kept, but not valid. Raises `NoSuchFact`, `FactWithdrawn`."""
    return correct(session, case, fact, reason=reason, now=now, by=by, withdrawn=True)


def latest(session: Session, case: UUID, fact: UUID) -> Fact:
    """Return the highest revision of a fact of this service, withdrawn or not. Raises `NoSuchFact`."""
    recorded = own_revisions(session, case, fact)
    if not recorded:
        raise NoSuchFact("This case has no such fact. Read the case again.")
    return recorded[-1]


def own_revisions(session: Session, case: UUID, fact: UUID) -> list[Fact]:
    """Return all revisions of a fact of this service, oldest first; empty if there is no such fact."""
    query = select(facts).where(facts.c.case_id == case, facts.c.id == fact).order_by(facts.c.revision)
    return [_fact(row) for row in session.execute(query).mappings()]


def standing_own(session: Session, case: UUID, fact: UUID) -> Fact:
    """Return the current revision of a fact that this service recorded. Raises `NoSuchFact`, `FactWithdrawn`."""
    last = latest(session, case, fact)
    if last.withdrawn:
        raise FactWithdrawn
    return last


def is_known(session: Session, cases: Collection[UUID], fact: UUID) -> bool:
    """Return whether one of these cases has this fact, own or imported, withdrawn or not."""
    tables = (facts, heard_facts)
    known = (exists().where(table.c.case_id.in_(cases), table.c.id == fact) for table in tables)
    return bool(session.execute(select(or_(*known))).scalar_one())


def standing(session: Session, cases: Collection[UUID]) -> list[Fact]:
    """Return the current facts of these cases, own and imported, each in its highest revision.

    Of several equal facts of a case, only one is returned, because it may have been recorded twice.
    """
    return standing_rows(row for table in (facts, heard_facts) for row in _rows_of(session, table, cases))


def standing_for(session: Session, fact: Fact, joined: Collection[UUID]) -> list[Fact]:
    """Return the facts that a new one can be about: those of its case, and the one of a joined case that it names.

    A refusal lists what a fact can be about. Not every caller who records in this case can see facts of the other
    cases.
    """
    return [other for other in standing(session, joined) if other.case == fact.case or other.id == fact.about]


def standing_rows(rows: Iterable[NamedRow]) -> list[Fact]:
    """Return the current facts of these rows, as `standing` does."""
    highest: dict[UUID, Fact] = {}
    for fact in (_fact(row) for row in rows):
        higher = highest.get(fact.id)
        if higher is None or fact.revision > higher.revision:
            highest[fact.id] = fact
    return _each_once(fact for fact in highest.values() if not fact.withdrawn)


def _each_once(stated: Iterable[Fact]) -> list[Fact]:
    """Return facts without duplicates: a fact that was recorded twice starts nothing twice.

    Of several equal facts, the one with the lowest id stays. For records, whose ids begin with the time, it is the
    first. Its time of learning is the earliest of all duplicates, and facts about a duplicate are about it.
    """
    facts = sorted(stated, key=lambda fact: fact.id)
    while True:
        once: dict[object, Fact] = {}
        stands_for: dict[UUID, UUID] = {}
        for fact in facts:
            said = fact.id if fact.kind in EACH_IS_ONE else _said(fact)
            first = once.setdefault(said, fact)
            if first is not fact:
                stands_for[fact.id] = first.id
            if fact.learnt is not None and (first.learnt is None or fact.learnt < first.learnt):
                once[said] = replace(first, learnt=fact.learnt)
        if not stands_for:
            return facts
        # After two facts were merged, the facts about them can be equal too.
        facts = [
            fact if fact.about is None else replace(fact, about=stands_for.get(fact.about, fact.about))
            for fact in once.values()
        ]


def alike(session: Session, fact: Fact) -> Fact | None:
    """Return a current fact of the case with the same content under another id; None if there is none."""
    if fact.kind in EACH_IS_ONE:
        return None
    return next((other for other in standing(session, [fact.case]) if fact.says_the_same(other)), None)


def history(session: Session, case: UUID) -> list[NamedRow]:
    """Return every revision of the case's own facts, oldest first."""
    query = select(facts).where(facts.c.case_id == case).order_by(facts.c.recorded_at, facts.c.id, facts.c.revision)
    return [dict(row) for row in session.execute(query).mappings()]


def every_revision(session: Session, cases: Collection[UUID]) -> list[NamedRow]:
    """Return every revision of the facts of some cases as a row, own and imported (`heard`), grouped by fact.

    The rows are ordered by the ids of the cases.
    """
    unsaid = {"reason": None, "decided_by": None, "recorded_at": None, "recorded_by": None}
    own = [{**row, "heard": False} for row in _every_row_of(session, facts, cases)]
    heard = [{**row, **unsaid, "heard": True} for row in _every_row_of(session, heard_facts, cases)]
    return sorted((*own, *heard), key=lambda row: (row["case_id"], row["id"], row["revision"]))


def _every_row_of(session: Session, table: Table, cases: Collection[UUID]) -> Iterable[NamedRow]:
    return session.execute(select(table).where(table.c.case_id.in_(cases))).mappings()


def _rows_of(session: Session, table: Table, cases: Collection[UUID]) -> Iterable[NamedRow]:
    highest = select(table).where(table.c.case_id.in_(cases)).ext(distinct_on(table.c.id))
    return session.execute(highest.order_by(table.c.id, table.c.revision.desc())).mappings()


def _row(fact: Fact) -> dict[str, object]:
    row = {name: getattr(fact, "case" if name == "case_id" else name) for name in _OF_FACT}
    return {**row, "codes": dict(fact.codes)}


def _fact(row: NamedRow) -> Fact:
    codes = row["codes"]
    return Fact(
        id=row["id"],
        case=row["case_id"],
        kind=row["kind"],
        revision=row["revision"],
        happened=row["happened"],
        learnt=row["learnt"],
        about=row["about"],
        codes=json.loads(codes) if isinstance(codes, str) else codes,
        withdrawn=row["withdrawn"],
        reason=row.get("reason"),
        decided_by=row.get("decided_by"),
    )

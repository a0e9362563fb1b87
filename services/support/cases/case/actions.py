"""Record and correct facts of a case: the common part of the actions of all topics. Store and return known facts.

Intake publishes the facts about the person. No form of support asks for them.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.support.cases.case import rules
from services.support.cases.case.events import CHANGED, CORRECTED, DECIDED, OPENED, RECORDED, RESTATED, WITHDRAWN
from services.support.cases.case.models import CASES, Correction, KnownDecision, KnownPerson, Recorded
from services.support.cases.case.rules import Known
from services.support.cases.case.schemas import CorrectTimed, Timed
from shared import encryption
from shared.access import joined_cases
from shared.access.permissions import Sight
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.casework.cases import Row, one
from shared.casework.corrections import Correct, Corrected
from shared.encryption import Cell
from shared.events.contract import Received
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.exchange.follower import Projection, ReadModelTable
from shared.http import Call
from shared.reference import JURISDICTIONS
from shared.reference.periods import Moment
from shared.store.context import ContextKey

#: The user who changes a case in this transaction. An alert that a record raises has them as its raiser.
CHANGED_BY: Final[ContextKey[Principal]] = ContextKey("changed by")

_PEOPLE: Final = (OPENED, CHANGED, RECORDED)

_DECISION: Final = "decision"

#: The data categories of an age and a gender, and of a decision.
_IDENTITY, _ACCOUNT = "identity", "account"

_NO_SIGHT: Final[Mapping[UUID, Sight]] = MappingProxyType({})


@dataclass(frozen=True)
class Change:
    """A change of one case by one user. The case is locked and its version is raised.

    `jurisdiction`: the case's own. Until it has arrived, the one whose calendar day is the latest, so that a fact of
    today is never refused as a future fact.
    """

    session: Session
    case: UUID
    jurisdiction: str
    today: date
    now: datetime
    version: int
    by: Principal

    @classmethod
    def from_call(cls, call: Call) -> "Change":
        """Lock the case of a request for a change by the caller. Raises `NotFound`."""
        locked_case, today = CASES.begin_change(call.session, call.case, call.now)
        own = locked_case.jurisdiction if locked_case.jurisdiction in JURISDICTIONS else None
        CHANGED_BY.put(call.session, call.principal)
        jurisdiction = own or max(JURISDICTIONS, key=lambda code: dates.today(call.now, code))
        return cls(call.session, call.case, jurisdiction, today, call.now, locked_case.version, call.principal)

    def one(self, kind: type[Row], row_id: UUID) -> Row:
        """Return one of the case's rows by its id. Raises `NotFound`."""
        return one(self.session, kind, self.case, row_id)

    def add(self, kind: type[Row], **columns: object) -> Row:
        """Add a row to the case, with a new id unless `columns` has one."""
        row = kind(**{"id": new_id(), "case_id": self.case, **columns})
        self.session.add(row)
        return row

    def announce(self, *announcements: Announcement) -> None:
        """Record events of the case."""
        eventlog.record(self.session, self.case, announcements)

    def stated(self, field: str, day: date | None, happened: str | None = None, learnt: str | None = None) -> date:
        """Return the day of a fact, today by default. Raises `FactRefused`."""
        dates.dated(field, day, self.today)
        return times.stated(happened, learnt, self.now, self.jurisdiction, day=day, field=field).day

    def recorded(self, command: Timed, field: str) -> dict[str, Any]:
        """Return the columns of a record: the command's values, the day, the time of recording and the author.

        Raises `FactRefused`.
        """
        day = self.stated(field, getattr(command, field), command.happened, command.learnt)
        return command.stored(**{field: day}, recorded_at=self.now, recorded_by=UUID(self.by.subject))

    def corrected_day(self, field: str, row: Recorded, command: CorrectTimed) -> date:
        """Return the day of a record after its correction. Raises `FactRefused`."""
        stated: date | None = getattr(command, field)
        if stated is None and command.happened is None and command.learnt is None:
            stood: date = getattr(row, field)
            return stood
        day = getattr(row, field) if stated is None and command.happened is None else stated
        return self.stated(field, day, command.happened or row.happened, command.learnt or row.learnt)

    def correct_dated(
        self,
        field: str,
        row: Recorded,
        record_class: str,
        command: CorrectTimed,
        *,
        check: Callable[[date], object] = lambda _day: None,
        after: Callable[[Corrected], object] = lambda _: None,
    ) -> UUID:
        """Correct a record that has its day in this field, as `correct` does. `check` refuses days that do not fit."""
        day = self.corrected_day(field, row, command)
        check(day)
        return self.correct(row, record_class, command, after, **{field: day})

    def correct(
        self,
        row: Recorded,
        record_class: str,
        command: Correct,
        after: Callable[[Corrected], object] = lambda _: None,
        **changed: object,
    ) -> UUID:
        """Correct a record, announce it, and do what follows. Return the correction's id.

        `changed`: values that follow from the command. Raises the same as `corrections`.
        """
        return corrections.correct(
            self.session,
            Correction,
            row,
            record_class,
            command,
            now=self.now,
            today=self.today,
            by=self.by,
            says=corrections.stated(command) | changed,
            after=after,
        )

    def alike(self, row: Recorded, field: str, names: Iterable[str]) -> UUID | None:
        """Store and return the id of an earlier record with the same values of these fields and maybe the same time."""
        kind: Any = type(row)
        same = [getattr(kind, name) == getattr(row, name) for name in (field, *names)]
        standing = select(kind).where(kind.case_id == self.case, kind.taken_back_at.is_(None), *same)
        moment = self._moment(row, field)
        others = (other for other in self.session.scalars(standing.order_by(kind.id)) if other is not row)
        row.alike = next((other.id for other in others if times.may_be_one(self._moment(other, field), moment)), None)
        return row.alike

    def _moment(self, row: Recorded, field: str) -> Moment:
        return times.of_record(row.happened, getattr(row, field), self.jurisdiction)


def sealed(session: Session, case: UUID, cell: Cell, words: object) -> bytes:
    """Return words as JSON, sealed for the case."""
    return encryption.of(session).seal(case, cell, json.dumps(words))


def unsealed(session: Session, case: UUID, cell: Cell, stored: bytes | None) -> Any:
    """Return unsealed words; None if nothing is stored."""
    return None if stored is None else json.loads(encryption.of(session).unseal(case, cell, stored))


# control: H-DANGER-3 known-facts-are-not-asked
# control: H-JOINED-1 known-by-sight
def known(session: Session, case: UUID, sights: Mapping[UUID, Sight] = _NO_SIGHT) -> Known:
    """Return the known facts about the person of a case, from this case and the joined cases that a reader sees.

    `sights`: the reader's view of each joined case. If the person is a child in one of them, this applies in all:
    the protection of a child does not depend on the reader's access.
    """
    cases = {case, *joined_cases.joined(session, case)}
    people = session.execute(select(KnownPerson.__table__).where(KnownPerson.case_id.in_(cases))).all()
    seen = {case, *(other for other, sight in sights.items() if sight.has(_IDENTITY))}
    told = {case, *(other for other, sight in sights.items() if sight.has(_ACCOUNT))}
    stated = [(each, age) for each in people for age in (each.age, each.confirmed_age or each.age)]
    decided = select(KnownDecision.stage, KnownDecision.outcome)
    standing = decided.where(KnownDecision.case_id.in_(told), KnownDecision.stands)
    return Known(
        age=rules.age_of_all(age for each, age in stated if each.case_id in seen or age in rules.CHILD),
        is_surely_child=rules.is_child_by_all(each.confirmed_age or each.age for each in people),
        groups=rules.groups_of_all(each.served_as for each in people if each.case_id in seen),
        status=rules.status_by((stage, outcome) for stage, outcome in session.execute(standing)),
    )


def project_people(session: Session, received: Sequence[Received]) -> None:
    """Store the age and the groups of each person; the last event about each person applies."""
    people: dict[UUID, dict[str, object]] = {}
    for message in received:
        person = people.setdefault(message.subject, {"served_as": None, "confirmed_age": None})
        person["age"] = message.data["age"]
        if message.key != CHANGED:  # this event repeats the facts of the opening, without an age
            person["confirmed_age"] = message.data.get("confirmed_age") or message.data["age"]
        # Empty: the groups have become unknown. Absent: this event does not state them.
        served_as = message.data.get("served_as")
        person["served_as"] = person["served_as"] if served_as is None else served_as
    for case in sorted(people):
        new = insert(KnownPerson).values(case_id=case, **people[case])
        groups = func.coalesce(new.excluded.served_as, KnownPerson.served_as)
        confirmed = func.coalesce(new.excluded.confirmed_age, KnownPerson.confirmed_age)
        age = func.coalesce(new.excluded.age, KnownPerson.age)
        changes = {"age": age, "confirmed_age": confirmed, "served_as": groups}
        session.execute(new.on_conflict_do_update(index_elements=[KnownPerson.case_id], set_=changes))


def project_decisions(session: Session, received: Sequence[Received]) -> None:
    """Store the decisions on the official path, and mark those that were recorded wrongly."""
    for message in received:
        data = message.data
        if message.key == DECIDED and data["step"] is not None:
            decision = {"step": data["step"], "case_id": message.subject, "stage": data["stage"]}
            new = insert(KnownDecision).values(**decision, outcome=data["outcome"], stands=True)
            session.execute(new.on_conflict_do_nothing())
        elif message.key == CORRECTED:
            _change(session, data["step"], stands=False)
        elif message.key in (RESTATED, WITHDRAWN) and data["kind"] == _DECISION:
            stated = {name: data[name] for name in ("stage", "outcome") if data[name] is not None}
            _change(session, data["fact"], **stated, stands=not data["withdrawn"])


def _change(session: Session, step: UUID, **values: object) -> None:
    session.execute(update(KnownDecision).where(KnownDecision.step == step).values(**values))


PROJECTIONS: Final = (
    Projection("known_people", frozenset(_PEOPLE), project_people, (ReadModelTable("known_people"),)),
    Projection(
        "known_decisions",
        frozenset((DECIDED, CORRECTED, RESTATED, WITHDRAWN)),
        project_decisions,
        (ReadModelTable("known_decisions"),),
    ),
)

"""Record and correct facts of a case: what the actions of all topics share."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.cases.case.models import CASES, Correction, Recorded
from services.support.cases.case.schemas import CorrectTimed, Timed
from shared import encryption
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.casework.corrections import Correct, Corrected
from shared.encryption import Cell
from shared.reference import JURISDICTIONS
from shared.reference.periods import Moment
from shared.store.context import ContextKey

#: The user who changes a case in this transaction. An alert that a record raises has them as its raiser.
CHANGED_BY: Final[ContextKey[Principal]] = ContextKey("changed by")


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

    def stated(self, field: str, day: date | None, happened: str | None = None, learnt: str | None = None) -> date:
        """Return the day of a fact, today by default. Raises `FactRefused`."""
        dates.dated(field, day, self.today)
        return times.stated(happened, learnt, self.now, self.jurisdiction, day=day, field=field).day

    def recorded(self, command: Timed, field: str) -> dict[str, Any]:
        """Return the columns of a record: the command's values, the day, and when and by whom it is recorded.

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

    def put_right(self, row: Recorded, record_class: str, command: Correct, **changed: object) -> Corrected:
        """Correct a record. `changed`: values that follow from the command. Raises the same as `corrections`."""
        return corrections.put_right(
            self.session,
            Correction,
            row,
            record_class,
            command,
            now=self.now,
            today=self.today,
            by=self.by,
            says=corrections.stated(command) | changed,
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


def begin_change(session: Session, case: UUID, now: datetime, by: Principal) -> Change:
    """Lock a case for a change by a user. Raises `NotFound`."""
    locked_case, today = CASES.begin_change(session, case, now)
    own = locked_case.jurisdiction if locked_case.jurisdiction in JURISDICTIONS else None
    CHANGED_BY.put(session, by)
    jurisdiction = own or max(JURISDICTIONS, key=lambda code: dates.today(now, code))
    return Change(session, case, jurisdiction, today, now, locked_case.version, by)


def sealed(session: Session, case: UUID, cell: Cell, words: object) -> bytes:
    """Return words as JSON, sealed for the case."""
    return encryption.of(session).seal(case, cell, json.dumps(words))


def unsealed(session: Session, case: UUID, cell: Cell, stored: bytes | None) -> Any:
    """Return unsealed words; None if nothing is stored."""
    return None if stored is None else json.loads(encryption.of(session).unseal(case, cell, stored))

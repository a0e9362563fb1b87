"""What every topic does with a record: somebody records it at some time, perhaps once more, and it can be put right."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.support.case.models import CASES, Correction, Recorded
from services.support.case.schemas import CorrectTimed, Timed
from shared import encryption
from shared.access.tokens import Principal
from shared.casework import corrections, dates, times
from shared.casework.corrections import Correct, Corrected
from shared.encryption import Cell
from shared.reference import JURISDICTIONS
from shared.reference.periods import Moment
from shared.store.context import ContextKey

#: Who changes a case in this transaction: an alert that a record raises was raised by them.
CHANGED_BY: Final[ContextKey[Principal]] = ContextKey("changed by")


@dataclass(frozen=True)
class Change:
    """A change of one case by somebody: the case is locked, and its version raised.

    `jurisdiction` is the one of the latest day, as long as the case's own has not arrived: nothing of today is refused
    then as of tomorrow.
    """

    session: Session
    case: UUID
    jurisdiction: str
    today: date
    now: datetime
    version: int
    by: Principal

    def stated(self, field: str, day: date | None, happened: str | None = None, learnt: str | None = None) -> date:
        """Return the day of what is recorded, today by default. Raises `FactRefused`."""
        dates.dated(field, day, self.today)
        return times.stated(happened, learnt, self.now, self.jurisdiction, day=day, field=field).day

    def recorded(self, command: Timed, field: str) -> dict[str, Any]:
        """Return a record's columns as a command says them, on which day, and when and by whom they are recorded.

        Raises `FactRefused`.
        """
        day = self.stated(field, getattr(command, field), command.happened, command.learnt)
        return command.stored(**{field: day}, recorded_at=self.now, recorded_by=UUID(self.by.subject))

    def corrected_day(self, field: str, row: Recorded, command: CorrectTimed) -> date:
        """Return the day of a record by what it says once it is put right. Raises `FactRefused`."""
        stated: date | None = getattr(command, field)
        if stated is None and command.happened is None and command.learnt is None:
            stood: date = getattr(row, field)
            return stood
        day = getattr(row, field) if stated is None and command.happened is None else stated
        return self.stated(field, day, command.happened or row.happened, command.learnt or row.learnt)

    def put_right(self, row: Recorded, record_class: str, command: Correct, **changed: object) -> Corrected:
        """Put a record right; `changed` is what follows from what the command says. Raises as `corrections` does."""
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
        """Return, and note, an earlier record of the case that says the same: of these fields, and at the same time."""
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
    """Lock a case for somebody's change. Raises `NotFound`."""
    locked_case, today = CASES.begin_change(session, case, now)
    own = locked_case.jurisdiction if locked_case.jurisdiction in JURISDICTIONS else None
    CHANGED_BY.put(session, by)
    jurisdiction = own or max(JURISDICTIONS, key=lambda code: dates.today(now, code))
    return Change(session, case, jurisdiction, today, now, locked_case.version, by)


def sealed(session: Session, case: UUID, cell: Cell, words: object) -> bytes:
    """Return what somebody said, under the case's seal, as JSON."""
    return encryption.of(session).seal(case, cell, json.dumps(words))


def unsealed(session: Session, case: UUID, cell: Cell, stored: bytes | None) -> Any:
    """Return what somebody said, from under the seal; None where nothing was."""
    return None if stored is None else json.loads(encryption.of(session).unseal(case, cell, stored))

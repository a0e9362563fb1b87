"""Correct any record, with a reason. The earlier values are kept, and an event announces the correction.

All services correct records in this way. A record that can be corrected is `Correctable` (`records`): it has the
current values and a revision. Its earlier values are a row of the service's own `RecordCorrection` (`records`), which
the case's team sees.

    class Need(Correctable, Record): ...                             # models.py, and in the migration two columns:
                                                                     # revision (default 1) and taken_back_at
    class Correction(RecordCorrection, Record): ...                  # models.py, once per service, and its table

    class CorrectNeed(Correct):                                      # schemas.py: `reason`, and what can be corrected
        met_on: date | None = optional(MET_ON, default=None)

    need = one(session, UrgentNeed, case, need_id)                   # actions.py: find it, check what the case allows
    return corrections.correct(session, Correction, need, "urgent_need", command, now=now, today=today, by=by)

A correction whose reason is one of `TAKES_BACK` states nothing else. It withdraws the record: queries for valid records
omit those with a `taken_back_at`. The topic withdraws what was announced of a record that was withdrawn or has other
values now, by the same event as without a correction (a consent that is corrected to fewer purposes is withdrawn for
the others). `EMITS` of the service contains `CORRECTED`.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from shared.access.declarations import ID, declare, nullable, or_null
from shared.access.permissions import FieldClass
from shared.access.tokens import Principal
from shared.access.views import View
from shared.casework.audiences import OF_CORRECTION
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.contract import Code, Count, Day, EventType, Instant, Reference
from shared.events.envelope import Announcement, new_id
from shared.exchange import eventlog
from shared.http import Command, required
from shared.reference import codes

#: With these reasons the record is withdrawn. With all others it gets other values.
TAKES_BACK: Final = frozenset(("recorded_twice", "not_so", "wrong_person"))

RECORD: Final = declare(Reference(), FieldClass.BASIC, "The corrected record.")
RECORD_CLASS: Final = declare(Code(codes("record_class")), FieldClass.BASIC, "The kind of record.")
REASON: Final = declare(Code(codes("fact_correction_reason")), FieldClass.BASIC, "The reason of the correction.")
REVISION: Final = declare(Count(), FieldClass.BASIC, "The revision: 1 until it is corrected.", example=1)
WAS: Final = declare(
    nullable(fields.Dict(keys=fields.String())), FieldClass.ACCOUNT, "The previous values of the changed fields."
)
CORRECTED_ON: Final = declare(Day(), FieldClass.BASIC, "The day of the correction.")
CORRECTED_AT: Final = declare(Instant(), FieldClass.BASIC, "When it was put right.")
CORRECTED_BY: Final = declare(Reference(), FieldClass.BASIC, "The staff member who corrected it.", staff=True)


class Correct(Command):
    """Why a record is corrected. A subclass declares the fields that can be corrected.

    A field that is omitted or null keeps its value.
    """

    reason: str = required(REASON)


class Correctable(Protocol):
    """A record that can be corrected."""

    id: Any
    case_id: Any
    revision: Any
    taken_back_at: Any


class Correction(View):
    """The values of a record before a correction, or a move to another case, which is not stored here."""

    id = ID
    record_class = RECORD_CLASS
    record = RECORD
    revision = or_null(REVISION)
    reason = REASON
    was = WAS
    corrected_on = CORRECTED_ON
    corrected_at = or_null(CORRECTED_AT)
    corrected_by = or_null(CORRECTED_BY)


class RecordCorrected(Schema):
    """A record was corrected. The events of its own kind contain the current values."""

    record = RECORD
    record_class = RECORD_CLASS
    revision = REVISION
    reason = REASON


CORRECTED: Final = EventType(
    "record.corrected",
    RecordCorrected,
    "rights",
    "A record was put right, or taken back as recorded wrongly.",
    audience=OF_CORRECTION,
)


@dataclass(frozen=True)
class Corrected:
    """The result of a correction: its id, the earlier values of the record, and its event."""

    id: UUID
    was: Mapping[str, object]
    takes_back: bool
    announcement: Announcement


def correct(
    session: Session,
    kind: Callable[..., object],
    row: Correctable,
    record_class: str,
    command: Correct,
    *,
    now: datetime,
    today: date,
    by: Principal,
    says: Mapping[str, object] | None = None,
    after: Callable[[Corrected], object] = lambda _: None,
) -> UUID:
    """Correct a record, announce it, and do what follows. Return the correction's id.

    The caller has locked the case, found the record in it, and checked the correction by the rules of the topic.
    `after` updates what depends on the record, and announces that. The other arguments are those of `put_right`.
    Raises `StepForbidden` for a withdrawn record, `FactRefused`.
    """
    corrected = put_right(session, kind, row, record_class, command, now=now, today=today, by=by, says=says)
    eventlog.record(session, row.case_id, [corrected.announcement])
    after(corrected)
    return corrected.id


def put_right(
    session: Session,
    kind: Callable[..., object],
    row: Correctable,
    record_class: str,
    command: Correct,
    *,
    now: datetime,
    today: date,
    by: Principal,
    says: Mapping[str, object] | None = None,
    is_part: bool = False,
) -> Corrected:
    """Correct a record, and keep its earlier values. The caller announces the returned event.

    Args:
        kind: the service's `RecordCorrection`.
        says: the new values by column, if they are not those that the command states by the same names.
        is_part: only a part of the record is corrected. The record is still valid if this part is withdrawn.

    Raises `StepForbidden` for a withdrawn record, `FactRefused`.
    """
    asked = stated(command) if says is None else says
    changes = {name: value for name, value in asked.items() if getattr(row, name) != value}
    takes_back = check(command, taken_back=row.taken_back_at is not None, changes=changes) and not is_part
    was = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.revision += 1
    if takes_back:
        row.taken_back_at = now
    payload = {"record": row.id, "record_class": record_class, "revision": row.revision, "reason": command.reason}
    unsent = {"was": {name: _in_json(value) for name, value in was.items()}, "corrected_on": today, "corrected_at": now}
    correction = new_id()
    session.add(kind(id=correction, case_id=row.case_id, corrected_by=UUID(by.subject), **payload, **unsent))
    return Corrected(correction, was, takes_back, Announcement(CORRECTED.name, payload))


def stated(command: Correct) -> dict[str, Any]:
    """Return the corrected values: the fields that the command states, without the reason."""
    stated_fields = {field.name: getattr(command, field.name) for field in dataclasses.fields(command)}
    return {name: value for name, value in stated_fields.items() if name != "reason" and value is not None}


def check(command: Correct, *, taken_back: bool, changes: Mapping[str, object]) -> bool:
    """Return whether a correction withdraws the whole record. Raises `StepForbidden`, `FactRefused`."""
    if taken_back:
        raise StepForbidden(
            "taken_back_once",
            "This record was withdrawn and no longer counts. If it is true after all, record it again.",
        )
    if command.reason not in TAKES_BACK:
        if not changes:
            raise FactRefused(
                "reason",
                "correction_says_what",
                "This value is already recorded, so nothing would change. State the corrected value.",
            )
        return False
    for field in stated(command):
        raise FactRefused(
            field,
            "taken_back_whole",
            "This reason withdraws the whole record, so it has no other values. Leave out all other values.",
        )
    return True


def _in_json(value: object) -> object:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else value

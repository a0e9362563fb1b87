"""Record, check and answer key dates, and record needed documents."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.reach import add, check_fits, in_file, own, own_open
from services.legal.matters.matter_file.actions.telling import tell
from services.legal.matters.matter_file.models import DueDocument, KeyDate
from services.legal.matters.matter_file.schemas import (
    AnswerKeyDate,
    MoveKeyDate,
    NeedDocument,
    ReceiveDocument,
    RecordKeyDate,
)
from shared import encryption
from shared.access.tokens import Principal
from shared.casework.dates import dated, today
from shared.encryption import Cell
from shared.reference import profile

_DATES: Final = KeyDate.__tablename__


def proof_cell(key_date: UUID) -> Cell:
    """Return the cell of the encrypted proof of a key date."""
    return Cell(_DATES, "proof", key_date)


def record_date(
    session: Session, case: UUID, file: UUID, command: RecordKeyDate, now: datetime, *, by: Principal
) -> UUID:
    """Record a key date; it is never deleted, only answered.

    Return its id. Raises `NotFound`, `StepForbidden`.
    """
    row = own_open(session, case, file, by=by)
    check_fits(session, KeyDate, file, rules.MOST_DATES)
    key_date = add(session, KeyDate, case, file, command, by=by, recorded_at=now)
    tell(session, row)
    return key_date.id


def move_date(
    session: Session, case: UUID, file: UUID, date_id: UUID, command: MoveKeyDate, now: datetime, *, by: Principal
) -> UUID:
    """Replace a key date by another day, which must be checked again.

    Return the new one's id. The earlier one is kept and answered as moved. Raises `NotFound`, `StepForbidden`.
    """
    matter = own_open(session, case, file, by=by)
    before = in_file(session, KeyDate, file, date_id)
    rules.check_unanswered(before.answer)
    check_fits(session, KeyDate, file, rules.MOST_DATES)
    day = today(now, CASES.read(session, case).jurisdiction)
    before.answer, before.answered_on, before.answered_by = rules.MOVED, day, UUID(by.subject)
    moved = add(session, KeyDate, case, file, command, by=by, kind=before.kind, recorded_at=now, moved_from=before.id)
    tell(session, matter)
    return moved.id


def check_date(session: Session, case: UUID, file: UUID, date_id: UUID, now: datetime, *, by: Principal) -> UUID:
    """Record that a second person checked a key date.

    Return its id. Raises `NotFound`, `StepForbidden`.
    """
    matter = own(session, case, file, by=by)
    row = in_file(session, KeyDate, file, date_id)
    rules.check_second(row.recorded_by, row.checked_by, UUID(by.subject))
    row.checked_by, row.checked_at = UUID(by.subject), now
    tell(session, matter)
    return date_id


def answer_date(
    session: Session, case: UUID, file: UUID, date_id: UUID, command: AnswerKeyDate, now: datetime, *, by: Principal
) -> UUID:
    """Record the answer to a key date.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    matter = own(session, case, file, by=by)
    row = in_file(session, KeyDate, file, date_id)
    rules.check_unanswered(row.answer)
    day = today(now, CASES.read(session, case).jurisdiction)
    row.answer, row.answered_by = command.answer, UUID(by.subject)
    row.answered_on = dated("answered_on", command.answered_on, day)
    if command.proof is not None:
        row.proof = encryption.of(session).seal(case, proof_cell(date_id), command.proof)
    tell(session, matter)
    return date_id


def need_document(
    session: Session, case: UUID, file: UUID, command: NeedDocument, now: datetime, *, by: Principal
) -> UUID:
    """Record that a document is needed, by a stated day or by the day that follows from the law.

    Return its id. Raises `NotFound`, `StepForbidden`. The law sets the day for documents that authorities must give the
    person on request, unless one is stated.
    """
    row = own_open(session, case, file, by=by)
    check_fits(session, DueDocument, file, rules.MOST_DOCUMENTS)
    due_on, unclear = command.due_on, False
    jurisdiction = CASES.read(session, case).jurisdiction
    if due_on is None and jurisdiction is not None:
        due_on, unclear = rules.owed_by(command.kind, profile(jurisdiction).rights, today(now, jurisdiction))
    document = add(session, DueDocument, case, file, command, by=by, due_on=due_on, unclear=unclear)
    tell(session, row)
    return document.id


def receive_document(
    session: Session, case: UUID, file: UUID, document: UUID, command: ReceiveDocument, now: datetime, *, by: Principal
) -> UUID:
    """Record that a document was received.

    A repeat corrects the day. Return its id. Raises `NotFound`.
    """
    matter = own(session, case, file, by=by)
    row = in_file(session, DueDocument, file, document)
    row.received_on = dated("received_on", command.received_on, today(now, CASES.read(session, case).jurisdiction))
    tell(session, matter)
    return document

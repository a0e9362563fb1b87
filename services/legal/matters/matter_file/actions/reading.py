"""Read matter files and their tasks, for their own team."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import Case, FileBarrier
from services.legal.matters.matter_file import rules, schemas
from services.legal.matters.matter_file.actions.limits import limits_shown
from services.legal.matters.matter_file.actions.reach import members_of, open_to, own, rows_of, works_on
from services.legal.matters.matter_file.actions.telling import waiting_by_file
from services.legal.matters.matter_file.actions.waiting import proof_cell
from services.legal.matters.matter_file.models import (
    DueDocument,
    FileCorrection,
    FileMember,
    FileStep,
    KeyDate,
    MatterFile,
)
from services.legal.matters.matter_file.rules import Due
from services.legal.matters.matter_file.schemas import StaffedFile
from shared import encryption
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.dates import today


def files_shown(session: Session, case: UUID, *, by: Principal) -> dict[str, object]:
    """Return the matter files of a case that the caller works on."""
    asked = select(MatterFile).where(MatterFile.case_id == case, works_on(UUID(by.subject))).order_by(MatterFile.id)
    return {"files": list(session.scalars(asked))}


def file_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return a matter file with its dates, documents and steps.

    Raises `NotFound`.
    """
    row = own(session, case, file, by=by)
    stands = (FileBarrier.file == file, FileBarrier.lifted_at.is_(None))
    apart = select(FileBarrier.member).where(*stands).order_by(FileBarrier.member)
    return {
        "file": shown(row, StaffedFile, members=members_of(session, file), apart=list(session.scalars(apart))),
        "advisers": _advisers(session, file),
        "steps": rows_of(session, FileStep, file),
        "dates": [_with_proof(session, key_date) for key_date in rows_of(session, KeyDate, file)],
        "documents": rows_of(session, DueDocument, file),
        "corrections": rows_of(session, FileCorrection, file),
    }


def _advisers(session: Session, file: UUID) -> list[FileMember]:
    rows = select(FileMember).where(FileMember.file == file)
    return list(session.scalars(rows.order_by(FileMember.joined_on, FileMember.member)))


def due(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """List the tasks in the caller's matters and the periods of their cases for the next thirty days, earliest first.

    Periods that are over come last. Only of open files, and of cases that the caller can access now.
    """
    files = own_open_files(session, by)
    waiting_in = waiting_by_file(session, files)
    cases = select(Case.id, Case.jurisdiction).where(Case.id.in_({row.case_id for row in files}))
    where = {row.id: row.jurisdiction for row in session.execute(cases)}
    waiting = [item for row in files for item in _waiting(row, waiting_in[row.id], where, now)]
    tasks = [listed for _place, listed in sorted(waiting, key=lambda item: item[0])]
    return {"due": tasks, "periods": limits_shown(session, now, by=by)}


def own_open_files(session: Session, by: Principal) -> list[MatterFile]:
    """Return the open files that the caller works on, in cases that they can currently access."""
    asked = select(MatterFile).where(works_on(UUID(by.subject)), MatterFile.closed_on.is_(None)).order_by(MatterFile.id)
    files = list(session.scalars(asked))
    admitted = open_to(session, (row.case_id for row in files), by)
    return [row for row in files if row.case_id in admitted]


def _waiting(
    row: MatterFile, waiting: Iterable[Due], where: Mapping[UUID, str | None], now: datetime
) -> Iterator[tuple[tuple[object, ...], dict[str, object]]]:
    day = today(now, where[row.case_id])
    for item in rules.due_in(waiting, day):
        late = 0 if item.due_on is None else max(0, (day - item.due_on).days)
        yield (*rules.in_order(item), row.id), _shown(row, item, late)


def _shown(row: MatterFile, item: Due, late: int) -> dict[str, object]:
    place = {"case": row.case_id, "file": row.id, "item": item.item, "record": item.record}
    return {**place, "due_on": item.due_on, "days_late": late, "unclear": item.unclear}


def _with_proof(session: Session, key_date: KeyDate) -> dict[str, object]:
    sealed = key_date.proof
    proof = sealed and encryption.of(session).unseal(key_date.case_id, proof_cell(key_date.id), sealed)
    return shown(key_date, schemas.KeyDate, proof=proof)

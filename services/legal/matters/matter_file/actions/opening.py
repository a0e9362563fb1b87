"""Open and close matter files, and record their stage."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.compensation.matter.models import Matter
from services.legal.compensation.matter.rules import remedy_of
from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.reach import check_fits, own, own_open
from services.legal.matters.matter_file.actions.telling import tell
from services.legal.matters.matter_file.models import FileMember, FileStep, KeyDate, MatterFile, MatterTask
from services.legal.matters.matter_file.schemas import (
    CloseFile,
    DecideOpening,
    OpenFile,
    RecordPrivilege,
    RecordStage,
    ReviewFile,
    WaivePrivilege,
)
from shared.access import staff
from shared.access.tokens import Principal
from shared.casework.cases import find
from shared.casework.dates import dated, today
from shared.casework.refusals import FactRefused
from shared.events.envelope import new_id


def open_file(session: Session, case: UUID, command: OpenFile, now: datetime, *, by: Principal) -> UUID:
    """Open a matter file; only its own team knows that it exists.

    Return its id. Raises `FactRefused`, `StepForbidden`.
    """
    jurisdiction = CASES.read(session, case).jurisdiction
    if command.remedy is not None:
        remedy_of(jurisdiction, command.remedy)
    if command.claim is not None and find(session, Matter, case, command.claim) is None:
        raise FactRefused("claim", "of_the_same_case", "This case has no such record. Read the case again.")
    opened_by, day = UUID(by.subject), today(now, jurisdiction)
    files = (
        select(func.count())
        .select_from(MatterFile)
        .where(MatterFile.case_id == case, MatterFile.opened_by == opened_by)
    )
    rules.check_room(session.execute(files).scalar_one(), rules.MOST_FILES)
    opened_on = dated("opened_on", command.opened_on, day)
    stored = command.stored(opened_on=opened_on, opened_by=opened_by, responsible=opened_by)
    agency = staff.agency_of(session, opened_by)
    row = MatterFile(id=new_id(), case_id=case, stage=rules.OPENED, opening=rules.PENDING, agency=agency, **stored)
    session.add(row)
    session.add(FileMember(file=row.id, member=opened_by, case_id=case, joined_on=opened_on))
    tell(session, row)
    return row.id


def decide_opening(
    session: Session, case: UUID, file: UUID, command: DecideOpening, now: datetime, *, by: Principal
) -> UUID:
    """Record whether a matter is taken on.

    Return the step's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own_open(session, case, file, by=by)
    rules.check_opening(row.opening, command.decision, command.rejection)
    day = _day(session, row, "happened_on", command.happened_on, now)
    row.opening, row.rejection = command.decision, command.rejection
    if command.decision in (rules.ADVISED_AND_CLOSED, rules.REJECTED):
        row.stage, row.closed_on = rules.CLOSED, day
    return _step(session, row, "opening", command.decision, day, now, by=by)


def record_stage(
    session: Session, case: UUID, file: UUID, command: RecordStage, now: datetime, *, by: Principal
) -> UUID:
    """Record the stage of the work or of the proceedings; a stage of the work reopens a closed file.

    Return the step's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own(session, case, file, by=by)
    rules.check_stage(command.stage, command.court_stage)
    day = _day(session, row, "happened_on", command.happened_on, now)
    if command.stage is not None:
        row.stage, row.closed_on, row.outcome = command.stage, None, None
        return _step(session, row, "stage", command.stage, day, now, by=by)
    row.court_stage = command.court_stage
    return _step(session, row, "court_stage", command.court_stage, day, now, by=by)


def review(session: Session, case: UUID, file: UUID, command: ReviewFile, now: datetime, *, by: Principal) -> UUID:
    """Record that an adviser reviewed a file, and the day of the next review.

    Return the step's id.
    """
    row = own_open(session, case, file, by=by)
    day = _day(session, row, "happened_on", command.happened_on, now)
    row.review_on = command.review_on
    return _step(session, row, "review", None, day, now, by=by)


def record_privilege(
    session: Session, case: UUID, file: UUID, command: RecordPrivilege, now: datetime, *, by: Principal
) -> UUID:
    """Record whether the content of a file is privileged; this cancels a waiver that was recorded wrongly.

    Return the step's id. Raises `NotFound`, `FactRefused`.
    """
    row = own(session, case, file, by=by)
    day = _day(session, row, "happened_on", command.happened_on, now)
    row.privilege, row.privilege_waived_on = command.privilege, None
    return _step(session, row, "privilege", command.privilege, day, now, by=by)


def waive_privilege(
    session: Session, case: UUID, file: UUID, command: WaivePrivilege, now: datetime, *, by: Principal
) -> UUID:
    """Record that the person waived privilege; only the person can.

    Return the step's id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    row = own(session, case, file, by=by)
    rules.check_waiver(row.privilege, row.privilege_waived_on)
    day = _day(session, row, "waived_on", command.waived_on, now)
    row.privilege_waived_on = day
    return _step(session, row, "privilege_waived", row.privilege, day, now, by=by)


def close(session: Session, case: UUID, file: UUID, command: CloseFile, now: datetime, *, by: Principal) -> UUID:
    """Close a file with its outcome, once all key dates are answered.

    Return the step's id. Raises `NotFound`, `StepForbidden`.
    """
    row = own_open(session, case, file, by=by)
    unanswered = select(func.count()).select_from(KeyDate).where(KeyDate.file == file, KeyDate.answer.is_(None))
    rules.check_answered(session.execute(unanswered).scalar_one())
    ahead = select(func.count()).select_from(MatterTask)
    of_hearings = (MatterTask.file == file, MatterTask.kind == rules.HEARING, MatterTask.is_open)
    rules.check_hearings(session.execute(ahead.where(*of_hearings)).scalar_one())
    day = _day(session, row, "closed_on", command.closed_on, now)
    row.stage, row.outcome, row.closed_on = rules.CLOSED, command.outcome, day
    return _step(session, row, "closing", command.outcome, day, now, by=by)


def _day(session: Session, row: MatterFile, field: str, stated: date | None, now: datetime) -> date:
    day = today(now, CASES.read(session, row.case_id).jurisdiction)
    return dated(field, stated, day, since=row.opened_on, after="the opening")


def _step(
    session: Session, row: MatterFile, step: str, came_to: str | None, day: date, now: datetime, *, by: Principal
) -> UUID:
    check_fits(session, FileStep, row.id, rules.MOST_STEPS)
    stated = {"step": step, "now": came_to, "happened_on": day, "recorded_at": now, "recorded_by": UUID(by.subject)}
    taken = FileStep(id=new_id(), file=row.id, case_id=row.case_id, **stated)
    session.add(taken)
    tell(session, row)
    return taken.id

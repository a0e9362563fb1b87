"""Find the files that a staff member works on, and their records; add records to them.

All other files look as if they did not exist.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, Record, TeamMember
from services.legal.matters.matter_file.models import FileMember, MatterFile
from services.legal.matters.matter_file.rules import ADVISER, check_open, check_room
from shared.access.permissions import Relation, existing
from shared.access.tokens import Principal
from shared.casework.refusals import FactRefused
from shared.events.envelope import new_id
from shared.http import Command

_Row = TypeVar("_Row", bound=Record)


def works_on(member: UUID) -> ColumnElement[bool]:
    """Return the condition that a staff member works on a file."""
    return exists().where(FileMember.file == MatterFile.id, FileMember.member == member, FileMember.left_on.is_(None))


def own(session: Session, case: UUID, file: UUID, *, by: Principal) -> MatterFile:
    """Return a file that the caller works on. Raises `NotFound` for any other file."""
    asked = select(MatterFile).where(MatterFile.id == file, MatterFile.case_id == case, works_on(UUID(by.subject)))
    return existing(session.scalars(asked).one_or_none())


def reaches(session: Session, case: UUID, file: UUID, *, by: Principal) -> bool:
    """Return whether the caller works on a file of a case."""
    asked = exists().where(MatterFile.id == file, MatterFile.case_id == case, works_on(UUID(by.subject)))
    return bool(session.scalar(select(asked)))


def open_to(session: Session, cases: Iterable[UUID], by: Principal) -> set[UUID]:
    """Return those of these cases that the caller can currently access as a member of their team."""
    return {
        case
        for case, admission in CASES.admissions(session, set(cases), by).items()
        if admission.relation is Relation.TEAM and (admission.is_held or not admission.is_restricted)
    }


def own_open(session: Session, case: UUID, file: UUID, *, by: Principal) -> MatterFile:
    """Return an open file that the caller works on. Raises `NotFound`, `StepForbidden`."""
    row = own(session, case, file, by=by)
    check_open(row.closed_on)
    return row


def in_file(session: Session, kind: type[_Row], file: UUID, row_id: UUID, **whole: UUID) -> _Row:
    """Return a record of a file; `whole` names the record that it must belong to. Raises `NotFound`."""
    columns = kind.__table__.c
    of_whole = (columns[name] == value for name, value in whole.items())
    return existing(
        session.scalars(select(kind).where(columns.id == row_id, columns.file == file, *of_whole)).one_or_none()
    )


def own_record(
    session: Session, case: UUID, file: UUID, kind: type[_Row], row_id: UUID, *, by: Principal, **whole: UUID
) -> _Row:
    """Return a record of a file that the caller works on, as `in_file` does. Raises `NotFound`."""
    own(session, case, file, by=by)
    return in_file(session, kind, file, row_id, **whole)


def rows_of(session: Session, kind: type[_Row], file: UUID) -> list[_Row]:
    """Return the records of a kind in a file, in the order in which they were recorded."""
    columns = kind.__table__.c
    return list(session.scalars(select(kind).where(columns.file == file).order_by(columns.id)))


def grouped(rows: Iterable[_Row], whole: str) -> defaultdict[UUID, list[_Row]]:
    """Group records by the record that they belong to; `whole` is the column with its id."""
    by_whole: defaultdict[UUID, list[_Row]] = defaultdict(list)
    for row in rows:
        by_whole[getattr(row, whole)].append(row)
    return by_whole


def add(
    session: Session, kind: type[_Row], case: UUID, file: UUID, command: Command, /, *, by: Principal, **more: object
) -> _Row:
    """Add a record to a file, with the command's fields and `more`."""
    row = kind(id=new_id(), file=file, case_id=case, **command.stored(recorded_by=UUID(by.subject), **more))
    session.add(row)
    return row


def members_of(session: Session, file: UUID) -> list[UUID]:
    """Return the members of a file in the order in which they joined."""
    rows = select(FileMember.member).where(FileMember.file == file, FileMember.left_on.is_(None))
    return list(session.scalars(rows.order_by(FileMember.joined_on, FileMember.member)))


def check_adviser(session: Session, case: UUID, field: str, member: UUID) -> None:
    """Raise `FactRefused` if a staff member is not an adviser on the case's team."""
    advisers = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.role == ADVISER)
    if member not in set(session.scalars(advisers)):
        raise FactRefused(
            field,
            "adviser_of_the_case",
            "Only a legal adviser on the case's team can work on its matters. Name a legal adviser of the team.",
        )


def check_fits(session: Session, kind: type[Record], file: UUID, most: int) -> None:
    """Raise `StepForbidden` if a file already has the maximum number of records of a kind."""
    rows = kind.__table__
    check_room(session.execute(select(func.count()).select_from(rows).where(rows.c.file == file)).scalar_one(), most)

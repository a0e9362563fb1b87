"""Who works on a matter, who is kept apart from it, and who takes on what nobody is left for."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.case.models import CASES, TeamMember
from services.legal.matter_file import rules
from services.legal.matter_file.actions.reach import check_adviser, check_fits, members_of, own
from services.legal.matter_file.actions.telling import tell
from services.legal.matter_file.models import FileBarrier, FileMember, MatterFile
from services.legal.matter_file.schemas import HandOver, KeepApart
from shared.access.tokens import Principal
from shared.casework.dates import today


def join(session: Session, row: MatterFile, member: UUID, part: str, day: date, privilege: str | None = None) -> bool:
    """Add somebody to a file, in a part; return whether they were. Of who is kept apart from it nothing is stored.

    Whoever adds them is answered alike, so that a barrier which others set stays theirs. Raises `FactRefused`.
    """
    check_adviser(session, row.case_id, "member", member)
    check_fits(session, FileMember, row.id, rules.MOST_FILES)
    if _is_apart(session, row.id, member):
        return False
    place = {"file": row.id, "member": member, "case_id": row.case_id}
    added = insert(FileMember).values(**place, joined_on=day, privilege=privilege)
    again = {"left_on": None} if privilege is None else {"left_on": None, "privilege": privilege}
    session.execute(added.on_conflict_do_update(index_elements=["file", "member"], set_=again))
    if part == "responsible":
        row.responsible = member
        row.deputy = None if row.deputy == member else row.deputy
    elif part == "deputy":
        row.deputy = member
    tell(session, row)
    return True


def keep_apart(session: Session, case: UUID, file: UUID, command: KeepApart, now: datetime, *, by: Principal) -> UUID:
    """Keep somebody apart from a file; return the file's id. Raises `NotFound`."""
    row = own(session, case, file, by=by)
    check_fits(session, FileBarrier, file, rules.MOST_FILES)
    set_apart(session, row, command.member, command.reason, now, by=UUID(by.subject))
    return file


def set_apart(session: Session, row: MatterFile, member: UUID, reason: str, now: datetime, *, by: UUID) -> None:
    """Store that somebody is kept apart from a file: from then on it is not there, to them."""
    barrier = {"file": row.id, "member": member, "case_id": row.case_id, "reason": reason, "set_by": by, "set_at": now}
    session.execute(insert(FileBarrier).values(**barrier).on_conflict_do_nothing())
    day = today(now, CASES.read(session, row.case_id).jurisdiction)
    working = (FileMember.file == row.id, FileMember.member == member, FileMember.left_on.is_(None))
    session.execute(update(FileMember).where(*working).values(left_on=day))
    if row.responsible == member:
        row.responsible = rules.next_responsible(row.deputy, members_of(session, row.id), member)
    if row.deputy in (member, row.responsible):
        row.deputy = None
    tell(session, row)


def hand_over(session: Session, case: UUID, command: HandOver, now: datetime) -> None:
    """Hand on each matter of a case of whose team nobody is on the case's any more, but to nobody kept apart from it.

    Whoever hands on is not told which, or whether there are any. Raises `FactRefused`.
    """
    check_adviser(session, case, "to", command.to)
    on_team = exists().where(TeamMember.case_id == case, TeamMember.member == FileMember.member)
    looked_after = exists().where(FileMember.file == MatterFile.id, FileMember.left_on.is_(None), on_team)
    left_alone = select(MatterFile).where(MatterFile.case_id == case, ~looked_after)
    day = today(now, CASES.read(session, case).jurisdiction)
    for row in session.scalars(left_alone):
        join(session, row, command.to, "responsible", day)


def _is_apart(session: Session, file: UUID, member: UUID) -> bool:
    barrier = select(FileBarrier).where(FileBarrier.file == file, FileBarrier.member == member)
    return session.scalars(barrier).one_or_none() is not None

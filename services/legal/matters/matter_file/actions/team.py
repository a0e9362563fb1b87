"""Add and remove members of a matter, set barriers, and hand over matters without a team."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Uuid, exists, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, OTHER_SIDE, FileBarrier, TeamMember, acts_for_other_side
from services.legal.matters.matter_file import rules
from services.legal.matters.matter_file.actions.barriers import announce_barrier
from services.legal.matters.matter_file.actions.reach import check_adviser, check_fits, members_of, own, works_on
from services.legal.matters.matter_file.actions.telling import tell
from services.legal.matters.matter_file.models import FileMember, MatterFile
from services.legal.matters.matter_file.schemas import HandOver, KeepApart
from shared.access.tokens import Principal
from shared.casework.dates import today


def join(session: Session, row: MatterFile, member: UUID, part: str, day: date, privilege: str | None = None) -> bool:
    """Add a member to a file; return whether they were added. A person with a barrier is not stored.

    The response is the same, so that it does not reveal barriers that others set. Raises `FactRefused`.
    """
    check_adviser(session, row.case_id, "member", member)
    check_fits(session, FileMember, row.id, rules.MOST_FILES)
    if _is_apart(session, row, member):
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
    """Set a barrier between a staff member and a matter, which then does not exist for them.

    Return the file's id. Raises `NotFound`.
    """
    row = own(session, case, file, by=by)
    check_fits(session, FileBarrier, file, rules.MOST_FILES)
    set_apart(session, row, command.member, command.reason, now, by=UUID(by.subject))
    return file


def set_apart(session: Session, row: MatterFile, member: UUID, reason: str, now: datetime, *, by: UUID) -> None:
    """Store a barrier: from then on the file does not exist for the staff member.

    A staff member who acts for the other side leaves all matters: the whole case is closed to them.
    """
    before = session.get(FileBarrier, (row.id, member), populate_existing=True)
    was_closed = before is not None and before.lifted_at is None and before.reason == OTHER_SIDE
    barrier = {"file": row.id, "member": member, "case_id": row.case_id, "reason": reason, "set_by": by, "set_at": now}
    new = insert(FileBarrier).values(**barrier)
    # The reason that closes the case replaces others. Another reason replaces it only after it was lifted.
    replaces = (
        (new.excluded.reason == OTHER_SIDE) & (FileBarrier.reason != OTHER_SIDE)
    ) | FileBarrier.lifted_at.is_not(None)
    again = {"reason": reason, "set_by": by, "set_at": now, "lifted_by": None, "lifted_at": None}
    session.execute(new.on_conflict_do_update(index_elements=["file", "member"], set_=again, where=replaces))
    files = [row]
    if reason == OTHER_SIDE:
        if not was_closed:
            closing = session.get_one(FileBarrier, (row.id, member), populate_existing=True)
            announce_barrier(session, row.case_id, closing)
        of_case = select(MatterFile).where(MatterFile.case_id == row.case_id, works_on(member))
        files = [row, *(other for other in session.scalars(of_case) if other.id != row.id)]
    for file in files:
        _leave(session, file, member, now)


def _leave(session: Session, row: MatterFile, member: UUID, now: datetime) -> None:
    """Remove a member from a file and from every part in it."""
    day = today(now, CASES.read(session, row.case_id).jurisdiction)
    working = (FileMember.file == row.id, FileMember.member == member, FileMember.left_on.is_(None))
    session.execute(update(FileMember).where(*working).values(left_on=day))
    if row.responsible == member:
        row.responsible = rules.next_responsible(row.deputy, members_of(session, row.id), member)
    if row.deputy in (member, row.responsible):
        row.deputy = None
    tell(session, row)


def hand_over(session: Session, case: UUID, command: HandOver, now: datetime) -> None:
    """Hand over the matters without a team, if there are any.

    These are the matters of which no member is on the case's team. They are never handed to an adviser with a barrier.
    The supervisor does not learn which matters these are, or whether there are any. Raises `FactRefused`.
    """
    check_adviser(session, case, "to", command.to)
    on_team = exists().where(TeamMember.case_id == case, TeamMember.member == FileMember.member)
    looked_after = exists().where(FileMember.file == MatterFile.id, FileMember.left_on.is_(None), on_team)
    left_alone = select(MatterFile).where(MatterFile.case_id == case, ~looked_after)
    day = today(now, CASES.read(session, case).jurisdiction)
    for row in session.scalars(left_alone):
        join(session, row, command.to, "responsible", day)


def _is_apart(session: Session, row: MatterFile, member: UUID) -> bool:
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    of_file = exists().where(FileBarrier.file == row.id, *stands)
    return bool(session.scalar(select(of_file | acts_for_other_side(literal(row.case_id, Uuid), member))))

"""Review the hits of conflict checks."""

from collections import defaultdict
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES, FileBarrier
from services.legal.matters.conflict import rules
from services.legal.matters.conflict.models import ConflictCheck, ConflictHit
from services.legal.matters.conflict.schemas import AnswerCheck, ReviewedCheck
from services.legal.matters.matter_file.actions import team
from services.legal.matters.matter_file.models import MatterFile
from shared.access import staff
from shared.access.permissions import Relation, existing
from shared.access.tokens import Principal
from shared.access.views import shown
from shared.casework.dates import today
from shared.exchange import eventlog

_MOST_LISTED: Final = 200
_SUPERVISED: Final = frozenset((Relation.TEAM, Relation.SUPERVISOR))


def to_review(session: Session, *, by: Principal) -> dict[str, object]:
    """List the checks with hits in cases that the caller supervises."""
    waiting = _reviewable(session, by).where(ConflictCheck.answer.is_(None), ConflictCheck.result != rules.CLEAR)
    checks = list(session.scalars(waiting.order_by(ConflictCheck.id)))
    relations = CASES.relations(session, {check.case_id for check in checks}, by)
    supervised = {case for case, relation in relations.items() if relation in _SUPERVISED}
    listed = [check for check in checks if check.case_id in supervised][:_MOST_LISTED]
    hits = _hits(session, [check.id for check in listed])
    return {"checks": [shown(check, ReviewedCheck, case=check.case_id, hits=hits[check.id]) for check in listed]}


def answer_check(
    session: Session, case: UUID, check: UUID, command: AnswerCheck, now: datetime, *, by: Principal
) -> UUID:
    """Record the decision on a check: no conflict, a conflict, a waiver, or a barrier.

    Return its id. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    asked = _reviewable(session, by).where(ConflictCheck.id == check, ConflictCheck.case_id == case)
    row = existing(session.scalars(asked).one_or_none())
    rules.check_answer(row.result, row.answer, command.answer, command.apart)
    row.answer, row.answered_by = command.answer, UUID(by.subject)
    row.answered_on = today(now, CASES.read(session, case).jurisdiction)
    if row.result == rules.CONFLICT:
        CASES.lock(session, case)
        eventlog.record(session, case, [rules.decided(check)])
    file = session.get_one(MatterFile, row.file)
    for member in command.apart:
        team.set_apart(session, file, member, command.reason, now, by=row.answered_by)
    return check


def forget(session: Session, case: UUID) -> None:
    """Delete the hits of other cases' checks that name an erased case."""
    session.execute(delete(ConflictHit).where(ConflictHit.other_case == case))


def _reviewable(session: Session, by: Principal) -> Select[ConflictCheck]:
    """Return the query for the checks that a reviewer can see.

    These are the checks of the reviewer's agency, except of matters that the reviewer has a barrier to.
    """
    member = UUID(by.subject)
    agency = staff.agency_of(session, member)
    stands = (FileBarrier.member == member, FileBarrier.lifted_at.is_(None))
    apart = exists().where(FileBarrier.file == MatterFile.id, *stands)
    ours = or_(MatterFile.agency.is_(None), MatterFile.agency == agency)
    return select(ConflictCheck).join(MatterFile, MatterFile.id == ConflictCheck.file).where(ours, ~apart)


def _hits(session: Session, checks: list[UUID]) -> defaultdict[UUID, list[ConflictHit]]:
    by_check: defaultdict[UUID, list[ConflictHit]] = defaultdict(list)
    asked = select(ConflictHit).where(ConflictHit.conflict_check.in_(checks)).order_by(ConflictHit.id)
    for hit in session.scalars(asked):
        by_check[hit.conflict_check].append(hit)
    return by_check

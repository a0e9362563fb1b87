"""Merging two cases of one person, and undoing that.

A reader who may not see both never learns which the other case is, nor whose; only a resting clock shows that there is
one.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.intake.actions.standing import admit, may_read
from services.intake.actions.today import local_today
from services.intake.models import Case, CaseMerge, bump, lock
from services.intake.rules import merging
from services.intake.rules.merging import Running
from shared import deadlines
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.audit import trail
from shared.deadlines import time_source
from shared.exchange.unlinked import unlinked

ACTION: Final = "case.merge"
_STANDS = CaseMerge.unmerged_on.is_(None)


def merge(session: Session, now: datetime, kept_case: UUID, other: UUID, by: Principal) -> tuple[UUID, int]:
    """Merge another case into this one, as its alias; of two clocks of one code one rests from now on.

    Raises `NotFound` for a case that `by` may not merge, `CaseRestricted`, `FactRefused`, `StepForbidden`.
    """
    admit(session, other, by, ACTION)
    lock(session, other)
    jurisdictions = [session.get_one(Case, case_id).jurisdiction for case_id in (kept_case, other)]
    merging.merge(kept_case, other, jurisdictions, _joined_otherwise(session, kept_case, other))
    today = local_today(jurisdictions[0], now)
    case_merge = CaseMerge(kept_id=kept_case, alias_id=other, merged_by=UUID(by.subject), merged_on=today)
    session.add(case_merge)
    session.flush()
    keep_one_of_each(session, kept_case)
    _record_in(session, other, by, 201)
    return case_merge.id, bump(session, kept_case)


def unmerge(session: Session, now: datetime, case: UUID, merge_id: UUID, by: Principal) -> int:
    """Undo a merge: each case is as it would be without it. Raises `NotFound`, `StepForbidden`."""
    case_merge = session.get(CaseMerge, merge_id)
    if case_merge is None or case not in (case_merge.kept_id, case_merge.alias_id):
        raise NotFound
    other = case_merge.alias_id if case == case_merge.kept_id else case_merge.kept_id
    admit(session, other, by, ACTION)
    merging.unmerge(over=case_merge.unmerged_on is not None)
    lock(session, other)
    case_merge.unmerged_by = UUID(by.subject)
    case_merge.unmerged_on = local_today(session.get_one(Case, case).jurisdiction, now)
    session.flush()
    for case_id in (case, other):
        deadlines.wake(session, case_id, now=now)
    keep_one_of_each(session, case_merge.kept_id)
    _record_in(session, other, by, 204)
    return bump(session, case)


def _record_in(session: Session, other: UUID, by: Principal, status: int) -> None:
    """Raise the version of the case that the URL does not name, and record the change in its audit trail."""
    bump(session, other)
    with unlinked(session) as origin:
        trail.note(session, by, action=ACTION, subject=other, status=status, correlation=origin.correlation)


def keep_one_of_each(session: Session, case: UUID) -> None:
    """Suspend all but one clock of each code of a merged person; called whenever a clock may have started."""
    kept_case, cases = _of_one_person(session, case)
    if len(cases) == 1:
        return
    clocks = [
        Running(row.id, case_id, row.code, row.kind, row.due_on)
        for case_id in cases
        for row in deadlines.running(session, case_id)
    ]
    for clock in merging.resting(clocks, kept_case):
        deadlines.rest(session, clock.case, clock.clock)


def forget_merges(session: Session, case: UUID) -> None:
    """Undo the merges of a case that is to be erased, and delete every trace of it from the person's other cases."""
    kept_case, cases = _of_one_person(session, case)
    session.execute(delete(CaseMerge).where(or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case)))
    others = [case_id for case_id in cases if case_id != case]
    if not others:
        return
    now = time_source.now(session)
    # Events of the other cases share no correlation with the erased one.
    with unlinked(session):
        for other in others:
            lock(session, other)
            deadlines.wake(session, other, now=now)
        # An alias that has lost its kept case stands for itself again.
        if kept_case != case:
            keep_one_of_each(session, kept_case)


def merges_of(session: Session, case: UUID, reader: Principal) -> list[dict[str, Any]]:
    """Return a case's merges with cases that the reader may see too; others are neither listed nor counted."""
    either = or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case)
    case_merges = session.execute(select(CaseMerge).where(either, _STANDS).order_by(CaseMerge.id)).scalars()
    merges: list[dict[str, Any]] = [
        {
            "id": case_merge.id,
            "merged_on": case_merge.merged_on,
            **merging.shown(case_merge.kept_id, case_merge.alias_id, case),
        }
        for case_merge in case_merges
    ]
    return [merge for merge in merges if may_read(session, merge["case"], reader)]


def _of_one_person(session: Session, case: UUID) -> tuple[UUID, list[UUID]]:
    """Return the case that stands for the person, and all cases of theirs, that one first."""
    stands_for = select(CaseMerge.kept_id).where(CaseMerge.alias_id == case, _STANDS)
    kept_case = session.execute(stands_for).scalar_one_or_none() or case
    others = select(CaseMerge.alias_id).where(CaseMerge.kept_id == kept_case, _STANDS).order_by(CaseMerge.alias_id)
    return kept_case, [kept_case, *session.execute(others).scalars()]


def _joined_otherwise(session: Session, kept_case: UUID, other: UUID) -> list[UUID]:
    """Return the merges that forbid one of two cases: either is an alias, or the future alias has aliases itself."""
    taken = or_(CaseMerge.alias_id.in_((kept_case, other)), CaseMerge.kept_id == other)
    return list(session.execute(select(CaseMerge.id).where(taken, _STANDS)).scalars())

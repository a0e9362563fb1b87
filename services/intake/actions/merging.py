"""Two cases of one person, joined and parted.

Who may not see both never learns which the other is, nor whose; that there is one a clock tells that rests for it.
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
from shared import audit, deadlines
from shared.access import NotFound
from shared.apart import apart
from shared.tokens import Principal

ACTION: Final = "case.merge"
_STANDS = CaseMerge.unmerged_on.is_(None)


def merge(session: Session, now: datetime, kept: UUID, other: UUID, by: Principal) -> tuple[UUID, int]:
    """Join another case to this one, as its alias; of two clocks of one code one rests from now on.

    Raises `NotFound` for a case that `by` may not merge, `CaseRestricted`, `FactRefused`, `StepForbidden`.
    """
    admit(session, other, by, ACTION)
    lock(session, other)
    jurisdictions = [session.get_one(Case, each).jurisdiction for each in (kept, other)]
    merging.merge(kept, other, jurisdictions, _joined_otherwise(session, kept, other))
    today = local_today(jurisdictions[0], now)
    made = CaseMerge(kept_id=kept, alias_id=other, merged_by=UUID(by.subject), merged_on=today)
    session.add(made)
    session.flush()
    keep_one_of_each(session, kept)
    _note_in(session, other, by, 201)
    return made.id, bump(session, kept)


def unmerge(session: Session, now: datetime, case: UUID, which: UUID, by: Principal) -> int:
    """Part two cases again: each is as it would be had they never been joined. Raises `NotFound`, `StepForbidden`."""
    found = session.get(CaseMerge, which)
    if found is None or case not in (found.kept_id, found.alias_id):
        raise NotFound
    other = found.alias_id if case == found.kept_id else found.kept_id
    admit(session, other, by, ACTION)
    merging.unmerge(over=found.unmerged_on is not None)
    lock(session, other)
    found.unmerged_by = UUID(by.subject)
    found.unmerged_on = local_today(session.get_one(Case, case).jurisdiction, now)
    session.flush()
    for each in (case, other):
        deadlines.wake(session, each, now=now)
    keep_one_of_each(session, found.kept_id)
    _note_in(session, other, by, 204)
    return bump(session, case)


def _note_in(session: Session, other: UUID, by: Principal, status: int) -> None:
    """Count the change in the case that the address does not name, and note there who made it."""
    bump(session, other)
    with apart(session) as origin:
        audit.note(session, by, action=ACTION, subject=other, status=status, correlation=origin.correlation)


def keep_one_of_each(session: Session, case: UUID) -> None:
    """Let one clock of each code run for a person whose cases are joined; asked whenever a clock may have started."""
    kept, cases = _of_one_person(session, case)
    if len(cases) == 1:
        return
    clocks = [
        Running(row.id, each, row.code, row.kind, row.due_on)
        for each in cases
        for row in deadlines.running(session, each)
    ]
    for clock in merging.resting(clocks, kept):
        deadlines.rest(session, clock.case, clock.clock)


def forget_merges(session: Session, case: UUID) -> None:
    """Part a case that is to be erased from the person's others, and keep no trace of it with them."""
    kept, cases = _of_one_person(session, case)
    session.execute(delete(CaseMerge).where(or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case)))
    others = [each for each in cases if each != case]
    if not others:
        return
    now = session.info["clock"].now(session)
    # What is told in the others' logs leads to no erased case.
    with apart(session):
        for other in others:
            lock(session, other)
            deadlines.wake(session, other, now=now)
        # An alias that has lost its kept case stands for itself again.
        if kept != case:
            keep_one_of_each(session, kept)


def merges_of(session: Session, case: UUID, reader: Principal) -> list[dict[str, Any]]:
    """Give the cases that are this person's too, of those that the reader may see; of others, not even their number."""
    either = or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case)
    found = session.execute(select(CaseMerge).where(either, _STANDS).order_by(CaseMerge.id)).scalars()
    merges: list[dict[str, Any]] = [
        {"id": each.id, "merged_on": each.merged_on, **merging.shown(each.kept_id, each.alias_id, case)}
        for each in found
    ]
    return [each for each in merges if may_read(session, each["case"], reader)]


def _of_one_person(session: Session, case: UUID) -> tuple[UUID, list[UUID]]:
    """Give the case that stands for the person, and all of theirs."""
    stands_for = select(CaseMerge.kept_id).where(CaseMerge.alias_id == case, _STANDS)
    kept = session.execute(stands_for).scalar_one_or_none() or case
    others = select(CaseMerge.alias_id).where(CaseMerge.kept_id == kept, _STANDS).order_by(CaseMerge.alias_id)
    return kept, [kept, *session.execute(others).scalars()]


def _joined_otherwise(session: Session, kept: UUID, other: UUID) -> list[UUID]:
    """Give the merges in which one of two cases is an alias, or the one that is to become an alias is kept."""
    taken = or_(CaseMerge.alias_id.in_((kept, other)), CaseMerge.kept_id == other)
    return list(session.execute(select(CaseMerge.id).where(taken, _STANDS)).scalars())

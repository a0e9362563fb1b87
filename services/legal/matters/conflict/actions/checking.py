"""Conflict checks: requested with the change, and run in a later job.

The response is the same with and without a match, and takes as long: a difference would reveal the other matter.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.legal.cases.case.models import CASES
from services.legal.matters.conflict import rules
from services.legal.matters.conflict.actions.unsealing import cases_with, named
from services.legal.matters.conflict.models import ConflictCheck, ConflictHit, Party
from services.legal.matters.conflict.rules import Hit, NamedParty
from services.legal.matters.matter_file.actions.reach import own, own_open
from services.legal.matters.matter_file.models import FileMember, MatterFile
from services.legal.matters.matter_file.rules import check_room
from shared.access.tokens import Principal
from shared.casework.dates import today
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import new_id
from shared.exchange import eventlog

_KIND: Final = "conflict_check"
#: Timers: a conflict that an earlier release found, and a conflict that was not decided in time.
_FOUND, _LATE = "conflict_found", "conflict_late"
_CAUSE_ADVISER: Final = "adviser_added"


def ask(session: Session, row: MatterFile, cause: str, about: UUID | None, now: datetime, *, by: Principal) -> UUID:
    """Request a check of a matter; return its id. Raises `StepForbidden`."""
    checks = select(func.count()).select_from(ConflictCheck).where(ConflictCheck.file == row.id)
    check_room(session.execute(checks).scalar_one(), rules.MOST_CHECKS)
    asked = {"cause": cause, "about": about, "asked_by": UUID(by.subject), "asked_at": now}
    check = ConflictCheck(id=new_id(), file=row.id, case_id=row.case_id, **asked)
    session.add(check)
    timers.schedule(session, row.case_id, f"{_KIND}@{check.id}", now)
    return check.id


def ask_anew(session: Session, case: UUID, file: UUID, now: datetime, *, by: Principal) -> UUID:
    """Compare the names of a matter's parties again.

    Return the check's id. Raises `NotFound`, `StepForbidden`.
    """
    return ask(session, own_open(session, case, file, by=by), "asked_anew", None, now, by=by)


def checks_shown(session: Session, case: UUID, file: UUID, *, by: Principal) -> dict[str, object]:
    """Return the checks of a matter and their decisions, without the hits, which only the reviewer sees.

    Raises `NotFound`.
    """
    own(session, case, file, by=by)
    rows = select(ConflictCheck).where(ConflictCheck.file == file).order_by(ConflictCheck.id)
    return {"checks": list(session.scalars(rows))}


def _run(session: Session, timer: Timer, now: datetime) -> None:
    """Run a check: compare the names and store the result."""
    check = session.get(ConflictCheck, UUID(timer.name.partition("@")[2]))
    if check is None or check.result is not None:
        return
    file = session.get_one(MatterFile, check.file)
    hits = rules.hits_between(*_parties_to_compare(session, check, file))
    check.result = rules.result_of(hits)
    session.add_all(_stored(check, hit, _members_of_both(session, hit)) for hit in hits)
    if check.result == rules.CONFLICT:
        _announce(session, check, now)


def _announce_earlier(session: Session, timer: Timer, now: datetime) -> None:
    """Publish a conflict that an earlier release found."""
    check = _undecided(session, timer)
    if check is not None:
        _announce(session, check, now)


# control: H-PRIVILEGE-2 conflict-on-supervision-list
def _announce(session: Session, check: ConflictCheck, now: datetime) -> None:
    """Publish a certain conflict, and set the timer for its decision."""
    CASES.lock(session, check.case_id)
    day = today(now, CASES.read(session, check.case_id).jurisdiction)
    eventlog.record(session, check.case_id, [rules.found(check.id, day)])
    timers.schedule(session, check.case_id, f"{_LATE}@{check.id}", now + rules.DECIDED_WITHIN)


def _escalate(session: Session, timer: Timer, _now: datetime) -> None:
    check = _undecided(session, timer)
    if check is not None:
        CASES.lock(session, check.case_id)
        eventlog.record(session, check.case_id, [rules.escalated(check.id)])


def _undecided(session: Session, timer: Timer) -> ConflictCheck | None:
    check = session.get(ConflictCheck, UUID(timer.name.partition("@")[2]))
    return check if check is not None and check.answer is None else None


ON_TIMER: Final[timers.Handlers] = {_KIND: _run, _FOUND: _announce_earlier, _LATE: _escalate}


def _parties_to_compare(
    session: Session, check: ConflictCheck, file: MatterFile
) -> tuple[list[NamedParty], list[NamedParty]]:
    """Return the parties of a check, and the parties of other cases that share a word of their names."""
    of_file = select(Party).where(Party.file == file.id)
    if check.cause == "party_added":
        of_file = of_file.where(Party.id == check.about)
    parties = list(named(session, session.scalars(of_file)))
    others = select(MatterFile.id, MatterFile.case_id).where(MatterFile.case_id != file.case_id)
    if check.cause == _CAUSE_ADVISER:
        # All earlier matters count, including those of other agencies.
        worked_on = select(FileMember.file).where(FileMember.member == check.about)
        others = others.where(MatterFile.id.in_(worked_on))
    else:
        others = others.where(MatterFile.agency.is_not_distinct_from(file.agency))
    files = {row.id: row.case_id for row in session.execute(others)}
    cases = cases_with(session, set(files.values()), _names(parties))
    likely = [other for other, case in files.items() if case in cases]
    return parties, list(named(session, session.scalars(select(Party).where(Party.file.in_(likely)))))


def _names(parties: Iterable[NamedParty]) -> list[str]:
    return [name for party in parties for name in party.names]


def _members_of_both(session: Session, hit: Hit) -> list[UUID]:
    """Return the current and former members of both matters."""
    on_other = select(FileMember.member).where(FileMember.file == hit.other.file)
    both = select(FileMember.member).where(FileMember.file == hit.party.file, FileMember.member.in_(on_other))
    return list(session.scalars(both.order_by(FileMember.member)))


def _stored(check: ConflictCheck, hit: Hit, advisers: list[UUID]) -> ConflictHit:
    other = {"other_case": hit.other.case, "other_file": hit.other.file, "other_role": hit.other.role}
    likeness = {"kind": hit.kind, "alike": hit.alike, "advisers": advisers}
    party = {"party": hit.party.id, "role": hit.party.role}
    return ConflictHit(id=new_id(), conflict_check=check.id, case_id=check.case_id, **party, **other, **likeness)

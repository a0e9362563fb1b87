"""Merge two cases of one person, and undo a merge."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, delete, literal, or_, select
from sqlalchemy.orm import Session

from services.intake.access.merging import rules
from services.intake.access.merging.actions.carrying import carry, inherit, of_one_person
from services.intake.access.merging.models import CaseMerge
from services.intake.access.merging.schemas import MergeCases
from services.intake.facts.case.actions import admit
from services.intake.facts.case.models import Case, TeamMember, bump, lock
from shared.access import joined_cases
from shared.access.permissions import NotFound
from shared.access.sight import is_outside
from shared.access.tokens import Principal
from shared.audit import notices, trail
from shared.casework import dates
from shared.deadlines import time_source
from shared.events.contract import EventType
from shared.events.envelope import Announcement
from shared.exchange import tombstones
from shared.exchange.eventlog import record
from shared.exchange.tombstones import Tombstone
from shared.exchange.unlinked import unlinked

_MERGE: Final = "case.merge"
#: Kinds of notices, and their reason.
_JOINED, _PARTED, _ONE_PERSON = "cases_joined", "cases_parted", "one_person"
_STANDS = CaseMerge.unmerged_on.is_(None)


def merge_cases(session: Session, case_id: UUID, command: MergeCases, now: datetime, *, by: Principal) -> UUID:
    """Merge another case of the same person, which the caller may merge too, into this one.

    Both teams are notified. Exclusions and restrictions of one case apply to all cases of the person (`carry`). No fact
    or period of either case changes: the visible part of the other case is decided at read time
    (`shared.casework.joined`). Raises `NotFound` for a case that `by` may not merge, `CaseRestricted`, `FactRefused`,
    `StepForbidden`.
    """
    other = command.case
    admit(session, other, rules.ACCESS, _MERGE, by=by)
    lock(session, other)
    rules.check_merge(case_id, other, _joined_otherwise(session, case_id, other))
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    case_merge = CaseMerge(kept_id=case_id, alias_id=other, merged_by=UUID(by.subject), merged_on=today)
    session.add(case_merge)
    session.flush()
    joined_cases.join(session, case_merge.id, case_id, other)
    _announce(session, joined_cases.MERGED, case_merge)
    carry(session, case_id, now)
    _notify(session, (case_id, other), _JOINED, by=by)
    _record_in(session, other, by, 201)
    bump(session, case_id)
    return case_merge.id


def unmerge_cases(session: Session, case: UUID, merge_id: UUID, now: datetime, *, by: Principal) -> None:
    """Undo the merge of two cases.

    Each case is as it would be without the merge, except that withdrawn referrals stay withdrawn. Both teams are
    notified. Raises `NotFound`, `StepForbidden`.
    """
    case_merge = session.get(CaseMerge, merge_id, with_for_update=True)
    if case_merge is None or case not in (case_merge.kept_id, case_merge.alias_id):
        raise NotFound
    other = case_merge.alias_id if case == case_merge.kept_id else case_merge.kept_id
    admit(session, other, rules.ACCESS, _MERGE, by=by)
    rules.check_unmerge(over=case_merge.unmerged_on is not None)
    lock(session, other)
    case_merge.unmerged_by = UUID(by.subject)
    case_merge.unmerged_on = dates.today(now, session.get_one(Case, case).jurisdiction)
    session.flush()
    joined_cases.part(session, merge_id)
    _announce(session, joined_cases.UNMERGED, case_merge)
    for case_id in (case, other):
        carry(session, case_id, now)
    _notify(session, (case, other), _PARTED, by=by)
    _record_in(session, other, by, 204)
    bump(session, case)


def _announce(session: Session, kind: EventType, case_merge: CaseMerge) -> None:
    """Emit an event about the merge itself, so that neither case's log has a trace of the other case."""
    both = {"merge": case_merge.id, "kept": case_merge.kept_id, "alias": case_merge.alias_id}
    with unlinked(session):
        record(session, case_merge.id, [Announcement(kind.name, both)])


# control: H-JOINED-3 both-teams-are-notified
def _notify(session: Session, cases: Iterable[UUID], kind: str, *, by: Principal) -> None:
    """Notify the teams of two cases, except the caller. A notice names its reader's case, and not the other one.

    Members who work for another agency than the one that leads the case receive no notice: other agencies may not learn
    that there is another case.
    """
    member, at = UUID(by.subject), datetime.now(UTC)  # real time, as every notice
    for case in cases:
        team = session.scalars(select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.member != member))
        recipients = [each for each in sorted(team) if not _is_outside(session, case, each)]
        notices.give(session, kind=kind, case=case, member=member, reason=_ONE_PERSON, at=at, recipients=recipients)


def _is_outside(session: Session, case: UUID, member: UUID) -> bool:
    table = TeamMember.__table__
    return session.execute(select(is_outside(table, literal(case, Uuid), literal(member, Uuid)))).scalar_one()


def _record_in(session: Session, other: UUID, by: Principal, status: int) -> None:
    """Raise the version of the case that the URL does not name, and record the change in its audit trail."""
    bump(session, other)
    with unlinked(session) as origin:
        trail.note(session, by, action=_MERGE, subject=other, status=status, correlation=origin.correlation)


def forget_merges(session: Session, case: UUID) -> None:
    """Undo the merges of a case that is to be erased, and delete every trace of it from the person's other cases."""
    kept_case, cases = of_one_person(session, case)
    forgotten = delete(CaseMerge).where(or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case))
    for merge in sorted(session.scalars(forgotten.returning(CaseMerge.id))):
        # Each other service removes the case from its merges when it erases the case.
        tombstones.put(session, Tombstone(merge, None, tombstones.DELETED, None))
    joined_cases.forget(session, case)
    others = [case_id for case_id in cases if case_id != case]
    if not others:
        return
    now = time_source.now(session)
    # Events of the other cases must not share a correlation with the erased case.
    with unlinked(session):
        for other in others:
            lock(session, other)
        inherit(session, case, others, kept_case)
        for other in others:
            carry(session, other, now)


def _joined_otherwise(session: Session, kept_case: UUID, other: UUID) -> list[UUID]:
    """Return the merges that forbid one of two cases: either is an alias, or the future alias has aliases itself."""
    taken = or_(CaseMerge.alias_id.in_((kept_case, other)), CaseMerge.kept_id == other)
    return list(session.execute(select(CaseMerge.id).where(taken, _STANDS)).scalars())

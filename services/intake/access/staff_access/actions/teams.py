"""Change access to cases: teams, supervisors, exclusions, access in an emergency, and notices about it."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CTE, Text, Uuid, bindparam, delete, exists, literal, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.merging.actions.carrying import carry
from services.intake.access.staff_access import rules
from services.intake.access.staff_access.models import GlassReview
from services.intake.access.staff_access.rules import Member
from services.intake.access.staff_access.schemas import (
    AddMember,
    Exclude,
    OpenInEmergency,
    ReviewGlass,
    RevokeAccess,
    TransferCase,
)
from services.intake.agencies.consent.actions.agencies import check_known
from services.intake.agencies.consent.actions.withdrawals import end_consents
from services.intake.agencies.referral.actions.referrals import withdraw_uncovered
from services.intake.facts.case.actions import record_change, record_of, relation_to
from services.intake.facts.case.models import Case, HeardBarrier, TeamMember, bump, lock
from services.intake.facts.case.rules import OFFICER, check_wanted
from services.intake.facts.safe_contact.actions import forget_note, note_exclusion
from shared.access import break_glass, exclusions, joined_cases, revocations, staff, supervisions
from shared.access.exclusions import Exclusion
from shared.access.permissions import NotFound, Relation
from shared.access.tokens import Principal, TokenRefused
from shared.access.views import Shown
from shared.audit import notices
from shared.casework.naming import Named, check_acts, check_named, check_newly_named
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import Reply
from shared.store.database import NamedRow

#: The timer that repeats the reminder of an access in an emergency until it is reviewed.
_REVIEW: Final = "glass.review"
_TEAM: Final = TeamMember.metadata.tables[TeamMember.__tablename__]
_MEMBER: Final = bindparam("member", type_=Uuid)
#: Part of the one statement that opens a case, because the caller waits for it. The lock makes sure that the caller
#: either has left already, or stays until the case is open.
_HERE: Final = select(staff.staff.c.state).where(staff.staff.c.id == _MEMBER)
_LOCKED: Final = _HERE.with_for_update(read=True).cte("here")
_HAS_LEFT: Final = exists().where(_LOCKED.c.state == staff.LEFT)


def add_member(session: Session, case: UUID, command: AddMember, now: datetime, *, by: Principal) -> UUID:
    """Add a member of staff to a case's team.

    If they are a member already, change their role. Return their id. Raises `FactRefused`, `StepForbidden`.
    """
    _check_changes_team(session, case, by=by)
    return join_team(session, case, Member(command.member, command.role, command.lead), now)


def join_team(session: Session, case: UUID, joining: Member, now: datetime) -> UUID:
    """Put a member of staff on a team, or change their role, and announce it. Raises `FactRefused`, `StepForbidden`."""
    member, part = joining.member, {"role": joining.role, "lead": joining.lead}
    named = [Named(member=member, role=joining.role, takes_case=True)]
    check_newly_named(session, "member", named, _members(session, case), now.date())
    check_wanted(member, _kept_away(session, case, [member]))
    rules.check_not_apart([member], _kept_apart(session, case))
    row = insert(TeamMember).values(case_id=case, member=member, **part)
    session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    bump(session, case)
    record(session, case, [Announcement("team.member_added", {"member": member, **part})])
    return member


def _kept_away(session: Session, case: UUID, members: Iterable[UUID]) -> list[UUID]:
    """Return the members whom the person excluded, or whose agency they excluded."""
    return [member for member in members if exclusions.names(session, case, member)]


def _kept_apart(session: Session, case: UUID) -> frozenset[UUID]:
    """Return the members of staff with a barrier at legal to a case, or to a case that is joined with it."""
    stands = select(HeardBarrier.member).where(~HeardBarrier.lifted)
    cases = {case, *joined_cases.joined(session, case)}
    return frozenset(session.scalars(stands.where(HeardBarrier.case_id.in_(cases))))


def first_member(opened: CTE) -> CTE:
    """Build the insert of the lead of a case that the same statement opens. It inserts no member who has left.

    `opened` is the row of the case, with its `id`. The statement has the parameters `member` and `role`.
    """
    part = {"case_id": opened.c.id, "member": _MEMBER, "role": bindparam("role", type_=Text), "lead": true()}
    row = select(*part.values()).where(~_HAS_LEFT)
    return insert(_TEAM).from_select(list(part), row).inline().returning(_TEAM.c.member).cte("led")


def first_member_added(member: UUID, role: str, *, led: bool) -> Announcement:
    """Return the event that the lead of a new case was added; `led`: whether `first_member` inserted them.

    Raises `TokenRefused` for a caller who is leaving now: their cases are handed over already.
    """
    if not led:
        raise TokenRefused("ended")
    return Announcement("team.member_added", {"member": member, "role": role, "lead": True})


def remove_member(session: Session, case: UUID, member: UUID, *, by: Principal) -> None:
    """Remove a member of staff from a case's team.

    Access ends here at once, and at the other services when the event arrives. Raises `NotFound`, `StepForbidden`.
    """
    _check_changes_team(session, case, by=by)
    leave_team(session, case, member)


def leave_team(session: Session, case: UUID, member: UUID) -> None:
    """Take a member of staff off the team, and announce it. Raises `NotFound`."""
    removal = delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member == member)
    if session.execute(removal.returning(TeamMember.member)).first() is None:
        raise NotFound
    bump(session, case)
    record(session, case, [Announcement("team.member_removed", {"member": member})])


def _check_changes_team(session: Session, case: UUID, *, by: Principal) -> None:
    mine = (TeamMember.case_id == case, TeamMember.member == UUID(by.subject), TeamMember.lead)
    leads = session.scalars(select(TeamMember.member).where(*mine)).first() is not None
    rules.check_changes_team(by.roles, leads=leads)


def revoke_access(session: Session, command: RevokeAccess) -> Reply:
    """Revoke every token of a member of staff, at every service.

    Return the instant until which the tokens were issued.
    """
    member = command.member
    now = datetime.now(UTC)  # real time, like that of tokens, regardless of the domain's clock
    revocations.revoke(session, member, now)
    revoked = {"member": member, "before": now}
    record(session, member, [Announcement("access.revoked", revoked)])
    return Reply(revoked, about=member)


def transfer_case(session: Session, case: UUID, command: TransferCase, now: datetime, *, by: Principal) -> None:
    """Transfer a case to another team, replacing the lead and all members at once.

    Joining members are announced before leaving ones, so that no service ever has the case without a lead. Raises
    `FactRefused`, `StepForbidden`.
    """
    _check_changes_team(session, case, by=by)
    rows = session.execute(select(TeamMember).where(TeamMember.case_id == case)).scalars()
    before = [rules.Member(row.member, row.role, row.lead) for row in rows]
    after = [rules.Member(**member.stored()) for member in command.members]
    excluded = _kept_away(session, case, [member.member for member in after])
    rules.check_not_apart([member.member for member in after], _kept_apart(session, case))
    handover = rules.change_of_team(before, after, excluded)
    named = [Named(member=joining.member, role=joining.role, takes_case=True) for joining in handover.join]
    check_newly_named(session, "members", named, {member.member for member in before}, now.date())
    for member in handover.join:
        part = {"role": member.role, "lead": member.lead}
        row = insert(TeamMember).values(case_id=case, member=member.member, **part)
        session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
    session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member.in_(handover.leave)))
    bump(session, case)
    joined = [
        Announcement("team.member_added", {"member": member.member, "role": member.role, "lead": member.lead})
        for member in handover.join
    ]
    left = [Announcement("team.member_removed", {"member": member}) for member in handover.leave]
    transferred = {"lead": handover.lead, "joined": len(joined), "left": len(left)}
    record(session, case, [*joined, *left, Announcement("team.transferred", transferred)])


def record_exclusion(session: Session, case: UUID, command: Exclude, now: datetime) -> UUID:
    """Record whom the person does not want near the case.

    Return its id. An excluded member of staff leaves the team. If an agency is excluded, its staff leave the team, and
    its consents and referrals are withdrawn. The exclusion applies to all cases that are merged with this one. Raises
    `FactRefused`.
    """
    member, agency = command.member, command.agency
    # An exclusion that is repeated from a merged case would end with the merge.
    standing = [
        exclusion.member or exclusion.agency
        for exclusion in exclusions.of_case(session, case)
        if exclusion.carried_from is None
    ]
    rules.check_exclusion(command.kind, member, agency, command.note, standing)
    if agency is not None:
        check_known(session, agency)
    new = Exclusion(new_id(), case, command.kind, member, agency)
    exclusions.keep(session, new)
    if command.note is not None:
        note_exclusion(session, case, new.id, command.note)
    record_change(session, case, [exclusions.recorded(new)])
    if member is not None and session.get(TeamMember, (case, member)) is not None:
        leave_team(session, case, member)
    if agency is not None:
        for colleague in _of_agency(session, case, agency):
            leave_team(session, case, colleague)
        excluding = session.get_one(Case, case)
        end_consents(session, excluding, agency, now)
        # Referrals made without consent are withdrawn too.
        withdraw_uncovered(session, excluding, agency, None, now)
    carry(session, case, now)
    return new.id


def _of_agency(session: Session, case: UUID, agency: UUID) -> Sequence[UUID]:
    """Return the team members who work for an agency."""
    of_team = select(TeamMember.member).join(staff.staff, staff.staff.c.id == TeamMember.member)
    mine = of_team.where(TeamMember.case_id == case, staff.staff.c.agency == agency)
    return session.scalars(mine.order_by(TeamMember.member)).all()


def lift_exclusion(session: Session, case: UUID, exclusion: UUID, now: datetime) -> None:
    """Record that the person lifted an exclusion.

    This returns no member to the team. An exclusion that is repeated from a merged case is lifted there. Raises
    `NotFound`, `StepForbidden`.
    """
    rules.check_recorded_here(carried=exclusion in _carried(session, case))
    if not exclusions.lift(session, case, exclusion):
        raise NotFound
    forget_note(session, exclusion)
    record(session, case, [Announcement("exclusion.lifted", {"exclusion": exclusion})])
    carry(session, case, now)
    bump(session, case)


def _carried(session: Session, case: UUID) -> set[UUID]:
    return {row.id for row in exclusions.of_case(session, case) if row.carried_from is not None}


def begin_supervision(session: Session, supervisor: UUID, member: UUID, now: datetime) -> None:
    """Record that a supervisor supervises a member of staff from now on. Raises `FactRefused`."""
    if check_pair(session, supervisor, member, now):
        _begin_supervision(session, supervisor, member)


def check_pair(session: Session, supervisor: UUID, member: UUID, now: datetime) -> bool:
    """Return whether the supervision would be new. Raises `FactRefused` if it is not possible."""
    rules.check_supervision(supervisor, member)
    rules.check_one_agency("member", is_between_two=_work_apart(session, supervisor, member))
    if member in supervisions.members_of(session, supervisor):
        return False
    check_named(session, "supervisor", [Named(member=supervisor, role="supervisor")], now.date())
    check_named(session, "member", [Named(member=member)], now.date())
    return True


def _begin_supervision(session: Session, supervisor: UUID, member: UUID) -> bool:
    begins = supervisions.begin(session, supervisor, member)
    if begins:
        _announce_supervision(session, "supervision.began", supervisor, member)
    return begins


def _work_apart(session: Session, supervisor: UUID, member: UUID) -> bool:
    apart = staff.works_elsewhere(literal(supervisor, Uuid), literal(member, Uuid))
    return session.execute(select(apart)).scalar_one()


def end_supervision(session: Session, supervisor: UUID, member: UUID) -> None:
    """Record that a supervision ends.

    It ends here at once, and at each other service when the event arrives. Raises `NotFound`.
    """
    if not supervisions.end(session, supervisor, member):
        raise NotFound
    _announce_supervision(session, "supervision.ended", supervisor, member)


def supervised(session: Session, supervisor: UUID) -> Shown:
    """Return the staff members whom a supervisor supervises."""
    return {"supervisor": supervisor, "members": supervisions.members_of(session, supervisor)}


def hand_supervisions_over(session: Session, leaver: UUID, to: UUID) -> int:
    """Hand over a leaver's supervisions, and end those of which they are the member; return how many were handed over.

    The new supervisor does not supervise themselves. A supervision that was not valid, because one of the two had
    changed agency, ends. Raises `FactRefused` for a new supervisor of another agency.
    """
    handed = 0
    for member in supervisions.members_of(session, leaver):
        if member != to and not _work_apart(session, leaver, member):
            rules.check_one_agency("supervisor", is_between_two=_work_apart(session, to, member))
            _begin_supervision(session, to, member)
            handed += 1
        end_supervision(session, leaver, member)
    for supervisor in supervisions.supervisors_of(session, leaver):
        end_supervision(session, supervisor, leaver)
    return handed


def _announce_supervision(session: Session, name: str, supervisor: UUID, member: UUID) -> None:
    record(session, supervisor, [Announcement(name, {"supervisor": supervisor, "member": member})])


def open_in_emergency(
    session: Session, case: UUID, relation: Relation, command: OpenInEmergency, now: datetime, *, by: Principal
) -> UUID:
    """Open a case for reading for four hours, in an emergency; its leads and data protection are notified.

    A reminder is sent each day until another person has reviewed the access. Raises `StepForbidden` if the caller may
    read the case already.
    """
    at, member, glass_id = datetime.now(UTC), UUID(by.subject), new_id()  # real time: no test clock prolongs it
    reason, until = command.reason, rules.emergency_access_until(relation, at)
    break_glass.keep(session, glass_id, case, member, until)
    session.add(GlassReview(id=glass_id, case_id=case, member=member, reason=reason, opened_at=at))
    timers.schedule(session, glass_id, _REVIEW, now + rules.REVIEWED_WITHIN)
    leads = select(TeamMember.member).where(TeamMember.case_id == case, TeamMember.lead)
    notices.give(
        session,
        kind="glass_broken",
        case=case,
        member=member,
        reason=reason,
        at=at,
        recipients=list(session.scalars(leads.order_by(TeamMember.member))),
        role=OFFICER,
    )
    payload = {"glass": glass_id, "member": member, "reason": reason, "until": until}
    record(session, case, [Announcement("access.glass_broken", payload)])
    return glass_id


def review_glass(
    session: Session, case: UUID, glass: UUID, command: ReviewGlass, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Record a second person's review of an emergency access; an unreviewed access is reported every day.

    Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    check_acts(session, by, rules.ACCESS["glass.review"], now)
    caller, review = UUID(by.subject), record_of(session, GlassReview, case, glass, lock=True)
    rules.check_review(review.outcome, opened_by=review.member, reviewed_by=caller)
    review.outcome, review.reviewed_by, review.reviewed_at = command.outcome, caller, now
    timers.cancel(session, glass)
    bump(session, case)
    record(session, case, [Announcement("access.glass_reviewed", {"glass": glass, "outcome": review.outcome})])
    return {"id": glass, "outcome": review.outcome}


def _remind(session: Session, timer: Timer, now: datetime) -> None:
    case = session.execute(select(GlassReview.case_id).where(GlassReview.id == timer.owner)).scalar_one_or_none()
    if case is None:
        return  # the case was erased
    lock(session, case)
    review = session.get_one(GlassReview, timer.owner, populate_existing=True)
    if review.outcome is not None:
        return
    record(session, case, [Announcement("access.glass_review_overdue", {"glass": review.id})])
    notices.remind(
        session, kind="glass_not_reviewed", case=case, member=review.member, reason=review.reason, role=OFFICER
    )
    timers.come_back(session, timer, rules.REVIEWED_WITHIN, now)


ON_TIMER: Final[timers.Handlers] = {_REVIEW: _remind}


def unread_notices(
    session: Session, after: UUID | None, limit: int, *, by: Principal
) -> tuple[Sequence[NamedRow], str | None]:
    """Return a page of the caller's unacknowledged notices, and the cursor of the next page, or None.

    Notices to which the caller has lost access are skipped without shortening the page.
    """
    shown: list[NamedRow] = []
    while True:
        unread = notices.unread(session, by, after)
        for notice in unread:
            if not _may_see(session, by, notice):
                continue
            if len(shown) == limit:
                return shown, str(shown[-1]["id"])
            shown.append(notice)
        if len(unread) < notices.LONGEST_LIST:
            return shown, None
        after = unread[-1]["id"]


def acknowledge_notice(session: Session, notice_id: UUID, *, by: Principal) -> Shown:
    """Record that the caller has read a notice.

    Raises `NotFound`.
    """
    notice = notices.find(session, notice_id, by)
    if notice is None or not _may_see(session, by, notice):
        raise NotFound
    notices.acknowledge(session, notice_id, UUID(by.subject), datetime.now(UTC))
    return {"id": notice_id, "acknowledged": True}


def _may_see(session: Session, principal: Principal, notice: NamedRow) -> bool:
    if notice["case_id"] is None:
        return True  # a notice about staff: its recipient may see it
    # The notice names a case. It is hidden from former team members and from excluded staff.
    relation_to_case = relation_to(session, notice["case_id"], principal)
    return relation_to_case in (Relation.TEAM, Relation.SUPERVISOR) or (
        notice["recipient"] is None and relation_to_case is not Relation.EXCLUDED
    )


def team_of(session: Session, case: UUID) -> frozenset[str]:
    """Return the staff ids of a case's team."""
    return frozenset(map(str, _members(session, case)))


def _members(session: Session, case: UUID) -> set[UUID]:
    return set(session.scalars(select(TeamMember.member).where(TeamMember.case_id == case)))

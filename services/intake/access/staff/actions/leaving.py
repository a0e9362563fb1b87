"""Record that a member of staff leaves: named people take over cases and supervisions, and tokens become invalid.

Cases are locked first, in their order, and then the leaver. This prevents adding the leaver to a team in between.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.staff import rules
from services.intake.access.staff.models import StaffRecord, StaffSignIn
from services.intake.access.staff.rules import Heir, Held, Part
from services.intake.access.staff.schemas import LeaveHere
from services.intake.access.staff_access.actions import hand_supervisions_over, revoke_access
from services.intake.access.staff_access.schemas import RevokeAccess
from services.intake.agencies.referral.actions.settling import hand_over as hand_referrals_over
from services.intake.facts.case.models import TeamMember, bump, lock
from shared.access import exclusions, staff, supervisions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.audit import notices
from shared.casework.naming import Named, check_named
from shared.casework.refusals import FactRefused, NotArrivedYet
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.events.envelope import Announcement
from shared.exchange.eventlog import record

_FORGET: Final = "staff.forget"


def leave(session: Session, member: UUID, command: LeaveHere, now: datetime, *, by: Principal) -> Mapping[str, object]:
    """Record that a member of staff has left; hand their cases to a named person, and invalidate their tokens.

    Return what was handed over. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    held = _lock_cases(session, member, command)
    row = _leaver(session, member, by)
    _check_heirs(session, held, member, command.successor, now)
    for holding in held:
        _hand_over(session, holding, member)
    handed = _hand_supervisions_over(session, member, command, now)
    for heir in {holding.heir for holding in held}:
        notices.pass_on(session, member, heir, [holding.case for holding in held if holding.heir == heir])
    _end(session, row, command.successor, now, by)
    return {"id": member, "successor": command.successor, "cases": len(held), "supervisions": handed}


def _lock_cases(session: Session, member: UUID, command: LeaveHere) -> Sequence[Held]:
    theirs = select(TeamMember.case_id).where(TeamMember.member == member).order_by(TeamMember.case_id)
    cases = list(session.scalars(theirs))
    for case in cases:
        lock(session, case)
    staff.lock(session, member)
    if list(session.scalars(theirs)) != cases:
        raise NotArrivedYet(
            "cases_stand", "The cases of this staff member changed during the request. Send the same request again."
        )
    elsewhere = {named.case: named.member for named in command.elsewhere}
    if elsewhere.keys() - set(cases):
        raise FactRefused(
            "elsewhere",
            "case_is_theirs",
            "The staff member is not on the team of one of these cases. Leave that case out.",
        )
    return _held(session, member, {case: elsewhere.get(case, command.successor) for case in cases})


def _held(session: Session, member: UUID, heirs: Mapping[UUID, UUID]) -> Sequence[Held]:
    teams: dict[UUID, dict[UUID, Part]] = {}
    for row in session.scalars(select(TeamMember).where(TeamMember.case_id.in_(heirs))):
        teams.setdefault(row.case_id, {})[row.member] = Part(row.role, row.lead)
    return [
        Held(
            case=case,
            part=teams[case][member],
            heir=heir,
            heirs_part=teams[case].get(heir),
            is_led_by_another=any(part.lead for who, part in teams[case].items() if who != member),
            is_excluded=exclusions.names(session, case, heir),
        )
        for case, heir in heirs.items()
    ]


def _leaver(session: Session, member: UUID, by: Principal) -> StaffRecord:
    row = session.execute(select(StaffRecord).where(StaffRecord.member == member).with_for_update()).scalar()
    standing = staff.find(session, member)
    if row is None or standing is None:
        raise NotFound
    rules.check_works(has_left=standing.state == staff.LEFT)
    asking = staff.find(session, UUID(by.subject))
    agency = None if asking is None else asking.agency
    rules.check_gives(standing.roles, standing.agency, by_roles=by.roles, by_agency=agency)
    return row


def _check_heirs(session: Session, held: Sequence[Held], member: UUID, successor: UUID, now: datetime) -> None:
    heirs = {
        heir.id: Heir(
            roles=heir.roles, takes_cases=heir.takes_cases, works=heir.id != member and heir.works(now.date())
        )
        for heir in staff.staying(session, {successor, *(holding.heir for holding in held)})
    }
    rules.check_successor(heirs.get(successor))
    rules.check_heirs(held, heirs)


def _hand_over(session: Session, held: Held, leaver: UUID) -> None:
    """Hand a case over. The heir is announced before the leaver, so that no service has the case without a lead."""
    handed, case = rules.handed(held), held.case
    part = {"role": handed.part.role, "lead": handed.part.lead}
    announced: list[Announcement] = []
    if handed.changes:
        row = insert(TeamMember).values(case_id=case, member=handed.heir, **part)
        session.execute(row.on_conflict_do_update(index_elements=["case_id", "member"], set_=part))
        announced.append(Announcement("team.member_added", {"member": handed.heir, **part}))
    session.execute(delete(TeamMember).where(TeamMember.case_id == case, TeamMember.member == leaver))
    hand_referrals_over(session, case, leaver, handed.heir)
    bump(session, case)
    left = Announcement("team.member_removed", {"member": leaver, "handed_to": handed.heir})
    record(session, case, [*announced, left])


def _hand_supervisions_over(session: Session, member: UUID, command: LeaveHere, now: datetime) -> int:
    taker = command.supervisor or command.successor
    if supervisions.members_of(session, member):
        check_named(session, "supervisor", [Named(member=taker, role=rules.SUPERVISOR)], now.date())
    return hand_supervisions_over(session, member, taker)


def _end(session: Session, row: StaffRecord, successor: UUID, now: datetime, by: Principal) -> None:
    """Store that a member left: delete their sign-ins, revoke their tokens, and schedule the deletion of the name."""
    row.left_at, row.left_by, row.successor = now, UUID(by.subject), successor
    row.address, row.version = None, row.version + 1
    session.execute(delete(StaffSignIn).where(StaffSignIn.member == row.member))
    revoke_access(session, RevokeAccess(member=row.member))
    staff.leave(session, row.member)
    timers.schedule(session, row.member, _FORGET, now + rules.NAMES_KEPT)
    record(session, row.member, [Announcement(staff.LEFT_EVENT.name, {"member": row.member, "successor": successor})])


def _forget(session: Session, timer: Timer, _now: datetime) -> None:
    row = session.get(StaffRecord, timer.owner, with_for_update=True)
    if row is not None:
        row.name = None


ON_TIMER: Final[timers.Handlers] = {_FORGET: _forget}

"""Proposals that give access to staff: one person proposes, and the change is stored when a second confirms it."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from services.intake.access.staff import rules, schemas
from services.intake.access.staff.actions.reading import names_of
from services.intake.access.staff.actions.storing import (
    check_agency,
    check_agency_stays,
    member_of,
    record_of,
    sign_in,
    store_changed,
    store_new,
)
from services.intake.access.staff.models import OneTimeCode, StaffProposal
from services.intake.access.staff.schemas import AnswerStaffProposal
from services.intake.access.staff_access.actions import begin_supervision, check_pair
from services.intake.access.staff_access.schemas import Supervise
from services.intake.facts.case.models import TeamMember
from services.intake.facts.case.rules import OFFICER
from shared import encryption
from shared.access import staff
from shared.access.permissions import NotFound, existing
from shared.access.staff import LEFT, SECOND_PERSON, WORKING
from shared.access.tokens import OPERATOR, Principal
from shared.access.views import shown
from shared.audit import notices
from shared.casework.naming import check_acts
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.encryption import Cell
from shared.events.envelope import new_id
from shared.http import Reply

_LAPSE: Final = "staff.proposal_lapses"
_PROPOSED, _OPENED = "staff_access_proposed", "staff_access_opened"
Stated = Mapping[str, Any]


def waits_for_second(session: Session) -> bool:
    """Return whether changes that give access wait for a second person; with fictitious officers they don't."""
    return SECOND_PERSON.of(session)


# control: H-OPERATOR-1 registration-is-a-proposal
def propose(
    session: Session,
    kind: str,
    member: UUID,
    stated: Stated | None,
    now: datetime,
    *,
    by: Principal,
    supervisor: UUID | None = None,
) -> None:
    """Store a proposal, and notify the people whom it concerns. It gives no access yet."""
    proposal = new_id()
    row = StaffProposal(
        id=proposal,
        member=member,
        kind=kind,
        state=rules.WAITING,
        supervisor=supervisor,
        stated=None if stated is None else _sealed(session, proposal, member, stated),
        proposed_by=UUID(by.subject),
        proposed_at=now,
        lapses_at=now + rules.LAPSES_AFTER,
    )
    session.add(row)
    session.flush()
    timers.schedule(session, proposal, _LAPSE, now + rules.LAPSES_AFTER)
    _notify(session, row, _PROPOSED, UUID(by.subject))


def begin_or_propose_supervision(session: Session, command: Supervise, now: datetime, *, by: Principal) -> Reply:
    """Record a supervision of a member of staff, or propose it if data protection must confirm it.

    Raises `FactRefused`.
    """
    supervisor, member = command.supervisor, command.member
    if not waits_for_second(session):
        begin_supervision(session, supervisor, member, now)
    elif check_pair(session, supervisor, member, now) and not _is_proposed(session, supervisor, member, now):
        propose(session, rules.SUPERVISION, member, None, now, by=by, supervisor=supervisor)
    return Reply(command, about=supervisor)


def _is_proposed(session: Session, supervisor: UUID, member: UUID, now: datetime) -> bool:
    columns = (StaffProposal.supervisor == supervisor, StaffProposal.member == member)
    waits = (StaffProposal.state == rules.WAITING, StaffProposal.lapses_at > now)
    return bool(session.scalar(select(exists().where(*columns, *waits))))


def answer_proposal(
    session: Session, proposal: UUID, command: AnswerStaffProposal, now: datetime, *, by: Principal
) -> Reply:
    """Confirm or refuse, as a second person, a proposal that gives staff access.

    A confirmed one takes effect. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    confirms = command.confirms
    query = _shown_to(by).where(StaffProposal.id == proposal).with_for_update()
    row = existing(session.scalars(query).one_or_none())
    concerns = {one for one in (row.proposed_by, row.member, row.supervisor) if one is not None}
    proposed = rules.Proposed(kind=row.kind, state=row.state, lapses_at=row.lapses_at, concerns=concerns)
    who, by_key = UUID(by.subject), by.issuer == OPERATOR
    rules.check_answer(proposed, now, by=who, by_roles=by.roles, by_key=by_key, confirms=confirms)
    if confirms:
        check_acts(session, by, rules.ACCESS["staff.confirm"], now)
        _open(session, row, now)
        _notify(session, row, _OPENED, who)
    timers.cancel(session, row.id)
    row.state, row.stated = rules.CONFIRMED if confirms else rules.REFUSED, None
    row.answered_by, row.answered_at = who, now
    return Reply({"id": proposal, "member": row.member, "confirmed": confirms}, about=row.member)


def _open(session: Session, row: StaffProposal, now: datetime) -> None:
    if row.kind == rules.SUPERVISION:
        if row.supervisor is not None:
            begin_supervision(session, row.supervisor, row.member, now)
        return
    stated = _opened(session, row)
    if row.kind == rules.CHANGE:
        _add(session, row.member, stated)
        return
    rules.check_new(is_registered=staff.find(session, row.member) is not None)
    by, member = row.proposed_by or row.member, member_of(row.member, stated)
    store_new(session, member, stated["name"], stated["address"], stated["sign_ins"], now, by)


def _add(session: Session, member: UUID, stated: Stated) -> None:
    """Add the proposed values to the current ones. Values that were removed in the meantime stay removed."""
    row, before = record_of(session, member), staff.find(session, member)
    if before is None:
        raise NotFound
    rules.check_works(has_left=before.state == LEFT)
    more = [role for role in stated.get("roles", ()) if role not in before.roles]
    after = replace(
        before,
        agency=stated.get("agency", before.agency),
        roles=(*before.roles, *more),
        until=stated.get("until", before.until),
        subjects=(*before.subjects, *sign_in(session, member, stated.get("sign_ins", ()))),
    )
    check_agency(session, after.agency)
    check_agency_stays(session, before, after)
    store_changed(session, row, after)


def page(
    session: Session,
    state: str,
    after: UUID | None,
    limit: int,
    now: datetime,
    *,
    by: Principal,
    with_names: bool = False,
) -> tuple[list[Mapping[str, object]], str | None]:
    """Return a page of the proposals of a state that the caller may see, by id, and the cursor of the next page.

    `with_names`: also the names of staff, as far as the reader sees them.
    """
    query = _shown_to(by).where(StaffProposal.state == state)
    if state == rules.WAITING:
        query = query.where(StaffProposal.lapses_at > now)
    if after is not None:
        query = query.where(StaffProposal.id > after)
    rows = session.scalars(query.order_by(StaffProposal.id).limit(limit + 1)).all()
    names = _names(session, rows[:limit], by) if with_names else {}
    shown: list[Mapping[str, object]] = [{**_shown(session, row), **names.get(row.id, {})} for row in rows[:limit]]
    return shown, str(rows[limit - 1].id) if len(rows) > limit else None


def _names(session: Session, rows: Sequence[StaffProposal], by: Principal) -> dict[UUID, dict[str, str | None]]:
    """Return the names of the people of each proposal, in a fixed number of statements."""
    people = {row.id: {"member": row.member, "supervisor": row.supervisor, "by": row.proposed_by} for row in rows}
    names = names_of(session, {who for named in people.values() for who in named.values() if who}, by=by)
    return {
        proposal: {f"{role}_name": names.get(who) if who else None for role, who in named.items()}
        for proposal, named in people.items()
    }


def described(session: Session, proposals: Collection[UUID]) -> list[Mapping[str, Any]]:
    """Return these proposals as a list of proposals shows them."""
    return [
        _shown(session, row) for row in session.scalars(select(StaffProposal).where(StaffProposal.id.in_(proposals)))
    ]


def waiting(session: Session, now: datetime, most: int) -> Sequence[StaffProposal]:
    """Return the proposals that wait for the data protection officer, the earliest due first."""
    columns = (StaffProposal.state == rules.WAITING, StaffProposal.lapses_at > now)
    theirs = select(StaffProposal).where(*columns, StaffProposal.kind != rules.ANOTHER_OFFICER)
    return session.scalars(theirs.order_by(StaffProposal.lapses_at).limit(most)).all()


def _shown_to(by: Principal) -> Select[StaffProposal]:
    query = select(StaffProposal)
    if by.roles & {OFFICER, "operator"}:
        return query
    return query.where(StaffProposal.proposed_by == UUID(by.subject))


def _shown(session: Session, row: StaffProposal) -> Mapping[str, Any]:
    stated = {} if row.stated is None else _opened(session, row)
    sign_ins = [dict(zip(("issuer", "subject"), named, strict=True)) for named in stated.get("sign_ins", ())]
    return shown(
        row,
        schemas.StaffProposal,
        agency=stated.get("agency"),
        roles=stated.get("roles", []),
        name=stated.get("name"),
        sign_ins=sign_ins,
    )


# control: H-OPERATOR-1 member-is-notified
def _notify(session: Session, row: StaffProposal, kind: str, who: UUID) -> None:
    """Notify the member, their future supervisor, the leads of their cases, and the data protection officers."""
    theirs = select(TeamMember.case_id).where(TeamMember.member == row.member)
    leads = select(TeamMember.member).where(TeamMember.case_id.in_(theirs), TeamMember.lead)
    concerned = {row.member, *session.scalars(leads.distinct())} | ({row.supervisor} if row.supervisor else set())
    at = datetime.now(UTC)  # real time, as every notice
    recipients = sorted(concerned - {who})
    notices.give(session, kind=kind, case=None, member=who, reason=row.kind, at=at, recipients=recipients, role=OFFICER)


def has_officer(session: Session, today: date) -> bool:
    """Return whether a data protection officer works here and can sign in."""
    columns = staff.staff.c
    works = (columns.state == WORKING, or_(columns.until.is_(None), columns.until >= today))
    signs_in = (columns.roles.contains([OFFICER]), func.cardinality(columns.subjects) > 0)
    return bool(session.scalar(select(exists().where(*works, *signs_in))))


def use_code(session: Session, code: str | None) -> bool:
    """Use up a one-time code; return whether it was valid."""
    if code is None:
        return False
    now = datetime.now(UTC)  # real time: the holder of the code is at the machine
    columns = (OneTimeCode.digest == hashlib.sha256(code.encode()).hexdigest(), OneTimeCode.used_at.is_(None))
    used = update(OneTimeCode).where(*columns, OneTimeCode.ends_at > now).values(used_at=now)
    return session.execute(used.returning(OneTimeCode.digest)).first() is not None


def _sealed(session: Session, proposal: UUID, member: UUID, stated: Stated) -> bytes:
    text = json.dumps(stated, default=str)
    return encryption.of(session).seal(member, Cell(StaffProposal.__tablename__, "stated", proposal), text)


def _opened(session: Session, row: StaffProposal) -> dict[str, Any]:
    cell = Cell(StaffProposal.__tablename__, "stated", row.id)
    stated: dict[str, Any] = (
        {} if row.stated is None else json.loads(encryption.of(session).unseal(row.member, cell, row.stated))
    )
    if "agency" in stated:
        stated["agency"] = UUID(stated["agency"])
    if stated.get("until") is not None:
        stated["until"] = date.fromisoformat(stated["until"])
    return stated


def _lapse(session: Session, timer: Timer, _now: datetime) -> None:
    row = session.get(StaffProposal, timer.owner, with_for_update=True)
    if row is not None and row.state == rules.WAITING:
        row.state, row.stated = rules.LAPSED, None


ON_TIMER: Final[timers.Handlers] = {_LAPSE: _lapse}

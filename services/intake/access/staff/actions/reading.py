"""Read members of staff. Only people who work with them see their names."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from services.intake.access.staff import rules
from services.intake.access.staff.models import StaffRecord
from services.intake.facts.case.models import TeamMember
from shared import encryption
from shared.access import staff
from shared.access.permissions import existing
from shared.access.staff import WORKING, Member
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.encryption import Cell

_SEALED: Final = ("name", "address")
_Shown = Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The filter of a list of staff; None: any."""

    agency: UUID | None = None
    role: str | None = None
    language: str | None = None


def me(session: Session, *, by: Principal) -> _Shown:
    """Return who asks: as the register has them, and in which roles their token speaks."""
    who = UUID(by.subject)
    member = staff.find(session, who)
    nothing = {"agency": None, "languages": (), "takes_cases": False, "until": None, "name": None, "address": None}
    registered = nothing if member is None else _shown(session, [member], {who})[0]
    return {**registered, "id": who, "roles": sorted(by.roles), "registered": member is not None}


def member_of(session: Session, member: UUID, *, by: Principal) -> tuple[_Shown, int]:
    """Return a member of staff; only callers who work with them see the name and address.

    Return them with the version of the entry. Raises `NotFound`.
    """
    standing = existing(staff.find(session, member))
    version = session.execute(select(StaffRecord.version).where(StaffRecord.member == member)).scalar()
    return _shown(session, [standing], _works_with(session, [standing], by))[0], version or 0


def page(
    session: Session, asked: Asked, after: UUID | None, limit: int, today: date, *, by: Principal
) -> tuple[list[_Shown], str | None]:
    """Return a page of the current members of staff that match the filter, by id, and the cursor of the next page."""
    columns = staff.staff.c
    query = select(staff.staff).where(columns.state == WORKING, or_(columns.until.is_(None), columns.until >= today))
    if asked.agency is not None:
        query = query.where(columns.agency == asked.agency)
    if asked.role is not None:
        query = query.where(columns.roles.contains([asked.role]))
    if asked.language is not None:
        query = query.where(columns.languages.contains([asked.language]))
    if after is not None:
        query = query.where(columns.id > after)
    ids = [row.id for row in session.execute(query.order_by(columns.id).limit(limit + 1))]
    members = staff.among(session, ids[:limit])
    following = str(members[-1].id) if len(ids) > limit else None
    return _shown(session, members, _works_with(session, members, by)), following


def unnamed(session: Session, after: UUID | None, limit: int, *, by: Principal) -> dict[str, object]:
    """List unregistered staff ids on teams and in supervisions, for the caller to register.

    The agency of such an id is unknown. A supervisor sees only the people whom they supervise, and may name them.
    """
    named = (_standing() if by.roles & rules.SEES_ALL else _supervised_by(UUID(by.subject))).subquery()
    query = select(named.c.member).where(~exists().where(staff.staff.c.id == named.c.member))
    if after is not None:
        query = query.where(named.c.member > after)
    ids = list(session.scalars(query.order_by(named.c.member).limit(limit + 1)))
    shown = [_unnamed(session, member) for member in ids[:limit]]
    return {"unnamed": shown, "next": str(ids[limit - 1]) if len(ids) > limit else None}


def _standing() -> Any:
    return union(
        select(TeamMember.member.label("member")),
        select(supervisions.c.supervisor.label("member")),
        select(supervisions.c.member.label("member")),
    )


def _supervised_by(supervisor: UUID) -> Select[tuple[UUID]]:
    return select(supervisions.c.member).where(supervisions.c.supervisor == supervisor)


def _unnamed(session: Session, member: UUID) -> _Shown:
    on_teams = select(func.count(), func.array_agg(TeamMember.role.distinct())).where(TeamMember.member == member)
    cases, roles = session.execute(on_teams).one()
    supervises = select(func.count()).select_from(supervisions).where(supervisions.c.supervisor == member)
    supervised = select(supervisions.c.member).where(supervisions.c.member == member)
    return {
        "id": member,
        "cases": cases,
        "roles": sorted(roles or ()),
        "supervises": session.execute(supervises).scalar_one(),
        "supervised": session.execute(supervised.limit(1)).first() is not None,
    }


def _works_with(session: Session, members: Collection[Member], by: Principal) -> set[UUID]:
    """Return the members with whom the caller works: at one agency, on one team, or in a supervision."""
    ids = {member.id for member in members}
    if by.roles & rules.SEES_ALL:
        return ids
    who = UUID(by.subject)
    asking = staff.find(session, who)
    colleagues = {member.id for member in members if asking is not None and member.agency == asking.agency}
    return colleagues | (ids & {who}) | set(session.scalars(_beside(who, ids)))


def _beside(who: UUID, ids: Collection[UUID]) -> Any:
    mine, theirs = aliased(TeamMember), aliased(TeamMember)
    pairs = supervisions.c
    on_one_team: Select[Any] = select(theirs.member).join(mine, mine.case_id == theirs.case_id)
    return union(
        on_one_team.where(mine.member == who, theirs.member.in_(ids)),
        select(pairs.member).where(leads(who, pairs.member), pairs.member.in_(ids)),
        select(pairs.supervisor).where(leads(pairs.supervisor, who), pairs.supervisor.in_(ids)),
    )


def names_of(session: Session, members: Collection[UUID], *, by: Principal) -> dict[UUID, str]:
    """Return the names of the members with whom the reader works, in a fixed number of statements."""
    works_with = _works_with(session, staff.among(session, members), by)
    records = session.scalars(select(StaffRecord).where(StaffRecord.member.in_(works_with))).all()
    encryption.of(session).prepare(works_with)
    opened = {row.member: _opened(session, row, "name") for row in records}
    return {member: name for member, name in opened.items() if name is not None}


def _shown(session: Session, members: Collection[Member], named: Collection[UUID]) -> list[_Shown]:
    wanted = select(StaffRecord).where(StaffRecord.member.in_(named))
    records = {row.member: row for row in session.scalars(wanted)}
    return [
        {**asdict(member), **{name: _opened(session, records.get(member.id), name) for name in _SEALED}}
        for member in members
    ]


def _opened(session: Session, row: StaffRecord | None, column: str) -> str | None:
    sealed: bytes | None = None if row is None else getattr(row, column)
    if row is None or sealed is None:
        return None
    return encryption.of(session).unseal(row.member, Cell(StaffRecord.__tablename__, column, row.member), sealed)

"""Registering members of staff, and changing what is said of them."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.case.models import TeamMember
from services.intake.staff import rules
from services.intake.staff.models import FirstOfRole, StaffRecord, StaffSignIn
from services.intake.staff.schemas import UNCHANGED, ChangeMember, RegisterFirst, RegisterMember, SignIn
from shared import encryption
from shared.access import agencies, staff, supervisions
from shared.access.permissions import NotFound
from shared.access.staff import SUBJECT_KEY, Member, subject_digest
from shared.access.tokens import OPERATOR, Principal
from shared.encryption import Cell
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record

_IN_REGISTER = ("agency", "roles", "languages", "takes_cases", "until")
_SEALED = ("name", "address")


def register(session: Session, command: RegisterMember, now: datetime, *, by: Principal) -> UUID:
    """Register a member of staff; return their id. Raises `FactRefused`, `StepForbidden`."""
    if command.id is not None:
        rules.check_new(is_registered=staff.find(session, command.id) is not None)
        supervised = supervisions.members_of(session, UUID(by.subject))
        rules.check_names(by_roles=by.roles, supervises=command.id in supervised)
    _check_gives(session, command.roles, command.agency, by)
    member = Member(
        id=command.id or new_id(),
        agency=command.agency,
        roles=tuple(command.roles),
        languages=tuple(command.languages),
        takes_cases=command.takes_cases,
        until=command.until,
    )
    _register(session, member, command.name, command.address, command.sign_ins, now, by)
    return member.id


def register_first(session: Session, command: RegisterFirst, now: datetime, *, by: Principal) -> UUID:
    """Register the first member with a role, whom nobody else could register; return their id.

    Raises `FactRefused`, `StepForbidden`.
    """
    new = insert(FirstOfRole).values(role=command.role, member=(member := new_id()), made_at=now)
    is_first = session.execute(new.on_conflict_do_nothing().returning(FirstOfRole.role)).first() is not None
    rules.check_first(command.role, at_machine=by.issuer == OPERATOR, is_first=is_first)
    first = Member(id=member, agency=command.agency, roles=(command.role,), takes_cases=False)
    _register(session, first, command.name, command.address, command.sign_ins, now, by)
    return member


def locked(session: Session, member: UUID) -> int:
    """Lock what is said of a member of staff until the transaction ends; return its version. Raises `NotFound`."""
    return _record(session, member).version


def change(session: Session, member: UUID, command: ChangeMember, *, by: Principal) -> int:
    """Store what is so of a member of staff from now on; return the version.

    Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    record_of, before = _record(session, member), staff.find(session, member)
    if before is None:
        raise NotFound
    rules.check_works(has_left=before.state == staff.LEFT)
    stated = {name: value for name, value in command.stored().items() if value is not UNCHANGED}
    changed: dict[str, Any] = {name: _in_register(stated[name]) for name in _IN_REGISTER if name in stated}
    after = replace(before, **changed)
    _check_gives(session, before.roles, before.agency, by)
    _check_gives(session, after.roles, after.agency, by)
    has_cases = session.scalar(select(exists().where(TeamMember.member == member)))
    rules.check_stays(is_another=after.agency != before.agency, has_cases=bool(has_cases))
    for name in _SEALED:
        if name in stated:
            setattr(record_of, name, _sealed(session, member, name, stated[name]))
    if command.sign_ins is not UNCHANGED:
        session.execute(delete(StaffSignIn).where(StaffSignIn.member == member))
        after = replace(after, subjects=_sign_in(session, member, command.sign_ins))
    record_of.version += 1
    staff.keep(session, after)
    record(session, member, [_stated(staff.CHANGED.name, after)])
    return record_of.version


def _in_register(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _check_gives(session: Session, roles: Collection[str], agency: UUID, by: Principal) -> None:
    rules.check_known_agency(is_known=agencies.find(session, agency) is not None)
    asking = staff.find(session, UUID(by.subject))
    rules.check_gives(roles, agency, by_roles=by.roles, by_agency=None if asking is None else asking.agency)


def _register(
    session: Session,
    member: Member,
    name: str,
    address: str | None,
    sign_ins: Iterable[SignIn],
    now: datetime,
    by: Principal,
) -> None:
    rules.check_known_agency(is_known=agencies.find(session, member.agency) is not None)
    session.add(
        StaffRecord(
            member=member.id,
            name=_sealed(session, member.id, "name", name),
            address=_sealed(session, member.id, "address", address),
            version=1,
            registered_at=now,
            registered_by=UUID(by.subject),
        )
    )
    registered = replace(member, subjects=_sign_in(session, member.id, sign_ins))
    staff.keep(session, registered)
    session.flush()
    record(session, member.id, [_stated(staff.REGISTERED.name, registered)])


def _record(session: Session, member: UUID) -> StaffRecord:
    row = session.execute(select(StaffRecord).where(StaffRecord.member == member).with_for_update()).scalar()
    if row is None:
        raise NotFound
    return row


def _sealed(session: Session, member: UUID, column: str, text: str | None) -> bytes | None:
    if text is None:
        return None
    return encryption.of(session).seal(member, Cell(StaffRecord.__tablename__, column, member), text)


def _sign_in(session: Session, member: UUID, sign_ins: Iterable[SignIn]) -> tuple[str, ...]:
    """Store by which sign-ins somebody is known; return their digests. Raises `FactRefused` for another's."""
    digests: list[str] = []
    for named in sorted({(sign_in.issuer, sign_in.subject) for sign_in in sign_ins}):
        digest, row = subject_digest(SUBJECT_KEY.of(session), *named), new_id()
        place = Cell(StaffSignIn.__tablename__, "sealed", row)
        sealed = encryption.of(session).seal(member, place, json.dumps(named))
        new = insert(StaffSignIn).values(digest=digest, member=member, id=row, sealed=sealed)
        stored = session.execute(new.on_conflict_do_nothing().returning(StaffSignIn.digest)).first()
        rules.check_sign_in(is_taken=stored is None)
        digests.append(digest)
    return tuple(digests)


def _stated(name: str, member: Member) -> Announcement:
    stated = {field: getattr(member, field) for field in ("agency", "takes_cases", "until")}
    lists = {field: list(getattr(member, field)) for field in ("roles", "languages", "subjects")}
    return Announcement(name, {"member": member.id, **stated, **lists})

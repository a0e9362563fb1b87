"""Register and change members of staff. A change that gives access may wait for a second person."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.staff import rules
from services.intake.access.staff.actions.proposing import has_officer, propose, use_code, waits_for_second
from services.intake.access.staff.actions.storing import (
    check_agency,
    check_agency_stays,
    digest_of,
    member_of,
    record_of,
    sealed,
    sign_in,
    sign_out,
    store_changed,
    store_new,
)
from services.intake.access.staff.models import FirstOfRole
from services.intake.access.staff.schemas import UNCHANGED, ChangeMember, RegisterFirst, RegisterMember, SignIn
from services.intake.facts.case.rules import OFFICER
from shared.access import staff, supervisions
from shared.access.permissions import NotFound
from shared.access.staff import Member
from shared.access.tokens import OPERATOR, Principal
from shared.events.envelope import new_id

_IN_REGISTER = ("agency", "roles", "languages", "takes_cases", "until")
_SEALED = ("name", "address")


def register(session: Session, command: RegisterMember, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Register a member of staff, also for an id already on teams; in production data protection confirms it.

    Return their id, and the version of their entry. Raises `FactRefused`, `StepForbidden`.
    """
    if command.id is not None:
        rules.check_new(is_registered=staff.find(session, command.id) is not None)
        supervised = supervisions.members_of(session, UUID(by.subject))
        rules.check_names(by_roles=by.roles, supervises=command.id in supervised)
    member, waits = command.id or new_id(), waits_for_second(session)
    # An operator may propose an officer, because another officer confirms the proposal.
    is_proposable = waits and rules.OPERATOR in by.roles
    _check_gives(session, set(command.roles) - ({OFFICER} if is_proposable else set()), command.agency, by)
    stated = {name: getattr(command, name) for name in (*_IN_REGISTER, *_SEALED)}
    stated["sign_ins"] = _named(command.sign_ins)
    if waits:
        check_agency(session, command.agency)
        propose(session, rules.REGISTRATION, member, stated, now, by=by)
    else:
        _store(session, member, stated, now, by)
    return member, 1


def register_first(session: Session, command: RegisterFirst, now: datetime, *, by: Principal) -> tuple[UUID, int]:
    """Register the first member of a role, whom no other member could register.

    In production an officer is registered by a one-time code: at once if no officer can sign in, otherwise after
    another operator has confirmed it. Return their id, and the version of their entry. Raises `FactRefused`,
    `StepForbidden`.
    """
    member, at_machine = new_id(), by.issuer == OPERATOR
    stated: dict[str, Any] = {
        **{name: getattr(command, name) for name in ("agency", *_SEALED)},
        "roles": [command.role],
        "languages": [],
        "takes_cases": False,
        "until": None,
        "sign_ins": _named(command.sign_ins),
    }
    new = insert(FirstOfRole).values(role=command.role, member=member, made_at=now)
    is_first = session.execute(new.on_conflict_do_nothing().returning(FirstOfRole.role)).first() is not None
    if not at_machine or not waits_for_second(session):
        rules.check_first(command.role, at_machine=at_machine, is_first=is_first)
        _store(session, member, stated, now, by)
        return member, 1
    is_officer = command.role == OFFICER
    has_code = is_officer and use_code(session, command.code)
    rules.check_first_in_production(command.role, signs_in=bool(command.sign_ins), has_code=has_code)
    check_agency(session, command.agency)
    if is_officer and not has_officer(session, now.date()):
        _store(session, member, stated, now, by)
    else:
        kind = rules.ANOTHER_OFFICER if is_officer else rules.REGISTRATION
        propose(session, kind, member, stated, now, by=by)
    return member, 1


def _store(session: Session, member: UUID, stated: Mapping[str, Any], now: datetime, by: Principal) -> None:
    standing = member_of(member, stated)
    store_new(session, standing, stated["name"], stated["address"], stated["sign_ins"], now, UUID(by.subject))


def change(
    session: Session,
    member: UUID,
    command: ChangeMember,
    now: datetime,
    matches: Callable[[int], None],
    *,
    by: Principal,
) -> int:
    """Change the entry of a member of staff; omitted fields stay, and changes that give access may wait.

    Return the version. Raises `NotFound`, `FactRefused`, `StepForbidden`.
    """
    row, before = record_of(session, member), staff.find(session, member)
    matches(row.version)
    if before is None:
        raise NotFound
    rules.check_works(has_left=before.state == staff.LEFT)
    stated = {name: value for name, value in command.stored().items() if value is not UNCHANGED}
    if command.sign_ins is not UNCHANGED:
        stated["sign_ins"] = _named(command.sign_ins)
    _check_gives(session, before.roles, before.agency, by)
    wanted = _changed(before, stated)
    _check_gives(session, wanted.roles, wanted.agency, by)
    check_agency_stays(session, before, wanted)
    if waits_for_second(session):
        theirs = {named for named in stated.get("sign_ins", ()) if digest_of(session, named) in before.subjects}
        standing = rules.Standing(agency=before.agency, until=before.until, roles=before.roles, sign_ins=theirs)
        parts = rules.split(standing, stated)
        if parts.waits:
            propose(session, rules.CHANGE, member, parts.waits, now, by=by)
        stated = dict(parts.at_once)
    after = _changed(before, stated)
    for name in _SEALED:
        if name in stated:
            setattr(row, name, sealed(session, member, name, stated[name]))
    if "sign_ins" in stated:
        after = replace(after, subjects=_sign_in_by(session, before, stated["sign_ins"]))
    store_changed(session, row, after)
    return row.version


def _changed(before: Member, stated: Mapping[str, Any]) -> Member:
    changed: dict[str, Any] = {name: _in_register(stated[name]) for name in _IN_REGISTER if name in stated}
    return replace(before, **changed)


def _sign_in_by(session: Session, before: Member, sign_ins: Collection[tuple[str, str]]) -> tuple[str, ...]:
    """Store exactly these sign-ins of a member; return their digests. Raises `FactRefused`."""
    by_digest = {digest_of(session, named): named for named in sign_ins}
    sign_out(session, before.id, by_digest)
    sign_in(session, before.id, [named for digest, named in by_digest.items() if digest not in before.subjects])
    return tuple(sorted(by_digest, key=by_digest.__getitem__))


def _in_register(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _named(sign_ins: Collection[SignIn]) -> list[tuple[str, str]]:
    return sorted({(sign_in.issuer, sign_in.subject) for sign_in in sign_ins})


def _check_gives(session: Session, roles: Collection[str], agency: UUID, by: Principal) -> None:
    check_agency(session, agency)
    asking = staff.find(session, UUID(by.subject))
    rules.check_gives(roles, agency, by_roles=by.roles, by_agency=None if asking is None else asking.agency)

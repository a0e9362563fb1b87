"""Store members of staff: their record, their sign-ins, and the events for their row at each service."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.staff import rules
from services.intake.access.staff.models import StaffRecord, StaffSignIn
from services.intake.facts.case.models import TeamMember
from shared import encryption
from shared.access import agencies, staff
from shared.access.permissions import existing
from shared.access.staff import SUBJECT_KEY, Member, subject_digest
from shared.encryption import Cell
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record

#: A sign-in: the issuer of its provider, and the subject.
Named = tuple[str, str]


def check_agency(session: Session, agency: UUID) -> None:
    """Raise `FactRefused` for an agency that is not registered."""
    rules.check_known_agency(is_known=agencies.find(session, agency) is not None)


def check_agency_stays(session: Session, before: Member, after: Member) -> None:
    """Raise `StepForbidden` if a member with cases changes agency."""
    has_cases = session.scalar(select(exists().where(TeamMember.member == before.id)))
    rules.check_stays(is_another=after.agency != before.agency, has_cases=bool(has_cases))


def member_of(member: UUID, stated: Mapping[str, Any]) -> Member:
    """Return a new member of staff with the stated values."""
    return Member(
        id=member,
        agency=stated["agency"],
        roles=tuple(stated["roles"]),
        languages=tuple(stated["languages"]),
        takes_cases=stated["takes_cases"],
        until=stated["until"],
    )


def store_new(
    session: Session,
    member: Member,
    name: str,
    address: str | None,
    sign_ins: Iterable[Named],
    now: datetime,
    registered_by: UUID,
) -> None:
    """Store a new member of staff. Raises `FactRefused`."""
    check_agency(session, member.agency)
    session.add(
        StaffRecord(
            member=member.id,
            name=sealed(session, member.id, "name", name),
            address=sealed(session, member.id, "address", address),
            version=1,
            registered_at=now,
            registered_by=registered_by,
        )
    )
    registered = replace(member, subjects=sign_in(session, member.id, sign_ins))
    staff.keep(session, registered)
    session.flush()
    record(session, member.id, [_stated(staff.REGISTERED.name, registered)])


def store_changed(session: Session, row: StaffRecord, after: Member) -> None:
    """Store the changed values of a member of staff, as the next version."""
    row.version += 1
    staff.keep(session, after)
    record(session, after.id, [_stated(staff.CHANGED.name, after)])


def record_of(session: Session, member: UUID) -> StaffRecord:
    """Return the record of a member of staff that only this service has, locked. Raises `NotFound`."""
    return existing(session.execute(select(StaffRecord).where(StaffRecord.member == member).with_for_update()).scalar())


def sealed(session: Session, member: UUID, column: str, text: str | None) -> bytes | None:
    """Seal a name or an address with the member's own key."""
    if text is None:
        return None
    return encryption.of(session).seal(member, Cell(StaffRecord.__tablename__, column, member), text)


def digest_of(session: Session, named: Named) -> str:
    """Return the digest that identifies a sign-in."""
    return subject_digest(SUBJECT_KEY.of(session), *named)


def sign_in(session: Session, member: UUID, sign_ins: Iterable[Named]) -> tuple[str, ...]:
    """Store more sign-ins of a member; return their digests. Raises `FactRefused` for a sign-in of another member."""
    digests: list[str] = []
    for named in sorted({(issuer, subject) for issuer, subject in sign_ins}):
        digest, row = digest_of(session, named), new_id()
        place = Cell(StaffSignIn.__tablename__, "sealed", row)
        hidden = encryption.of(session).seal(member, place, json.dumps(named))
        new = insert(StaffSignIn).values(digest=digest, member=member, id=row, sealed=hidden)
        stored = session.execute(new.on_conflict_do_nothing().returning(StaffSignIn.digest)).first()
        rules.check_sign_in(is_taken=stored is None)
        digests.append(digest)
    return tuple(digests)


def sign_out(session: Session, member: UUID, but: Collection[str]) -> None:
    """Delete the sign-ins of a member, except those with these digests."""
    session.execute(delete(StaffSignIn).where(StaffSignIn.member == member, StaffSignIn.digest.not_in(but)))


def _stated(name: str, member: Member) -> Announcement:
    stated = {field: getattr(member, field) for field in ("agency", "takes_cases", "until")}
    lists = {field: list(getattr(member, field)) for field in ("roles", "languages", "subjects")}
    return Announcement(name, {"member": member.id, **stated, **lists})

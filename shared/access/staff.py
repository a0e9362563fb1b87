"""The register of staff, copied to every service: agency, roles and languages, never a name or an address.

One service owns the register and publishes it inside the installation only. A sign-in is stored as a keyed digest of
the provider's issuer and subject, because a subject can be an email address.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    SQLColumnExpression,
    Table,
    Text,
    Uuid,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from shared.events.audience import inside
from shared.events.contract import Codes, Day, EventType, Flag, Identifier, Read, Received, Reference
from shared.events.envelope import INSIDE
from shared.reference import codes
from shared.store.context import ContextKey
from shared.store.database import metadata

#: The installation's secret key for the digests of sign-ins; the same at all its services.
SUBJECT_KEY: ContextKey[str] = ContextKey("subject key")
#: Whether granting access to staff needs a second person: in production. Fictitious officers confirm immediately.
SECOND_PERSON: ContextKey[bool] = ContextKey("second person for staff")
WORKING, LEFT = "working", "left"
#: The agency of a member of staff about whom only their departure is known.
UNKNOWN_AGENCY: Final = UUID(int=0)
#: A member of staff in a statement: a column or a value.
Somebody: TypeAlias = SQLColumnExpression[UUID] | UUID

staff = Table(
    "staff",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("agency", Uuid, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("takes_cases", Boolean, nullable=False),
    Column("until", Date, comment="the last day on which they work; null: no end is known"),
    Column("subjects", ARRAY(Text), nullable=False, comment="keyed digests of issuer and subject of their sign-in"),
    Column("state", Text, nullable=False),
)
Index("staff_subjects_index", staff.c.subjects, postgresql_using="gin")


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of staff as every service knows them; `until` is their last working day."""

    id: UUID
    agency: UUID
    roles: tuple[str, ...]
    languages: tuple[str, ...] = ()
    takes_cases: bool = True
    until: date | None = None
    subjects: tuple[str, ...] = ()
    state: str = WORKING

    def works(self, today: date) -> bool:
        """Return whether they work on a day."""
        return self.state == WORKING and (self.until is None or today <= self.until)


class StaffRegistered(Schema):
    """The current state of a member of staff (also the event's subject)."""

    member = Reference(required=True)
    agency = Reference(required=True)
    roles = Codes(codes("staff_role"), required=True)
    languages = Codes(codes("language"), required=True)
    takes_cases = Flag(required=True)
    until = Day(required=True, allow_none=True)
    subjects = Codes(identifier=Identifier.DIGEST, required=True)


class StaffLeft(Schema):
    """A member of staff who left (also the event's subject), and their successor for their cases."""

    member = Reference(required=True)
    successor = Reference(required=True)


class LeftView(Schema):
    """The member of staff who left."""

    # A separate name: revocations also use `member`, and would outrank earlier events about them here.
    registered = Reference(required=True, data_key="member")


class StaffView(Schema):
    """The current state of a member of staff. A later release can add roles."""

    registered = Reference(required=True, data_key="member")
    agency = Reference(required=True)
    roles = Codes(required=True)
    languages = Codes(required=True)
    takes_cases = Flag(required=True)
    until = Day(load_default=None, allow_none=True)
    subjects = Codes(required=True)


_STAYS: Final = inside("It is about staff, whom no agency knows by an id.")
REGISTERED = EventType(
    "staff.registered",
    StaffRegistered,
    "access",
    "Somebody works here from now on.",
    classification=INSIDE,
    audience=_STAYS,
)
CHANGED = EventType(
    "staff.changed",
    StaffRegistered,
    "access",
    "What is known of a member of staff changed.",
    classification=INSIDE,
    audience=_STAYS,
)
LEFT_EVENT = EventType(
    "staff.left",
    StaffLeft,
    "access",
    "Somebody works here no more: none of their tokens counts.",
    classification=INSIDE,
    protects=True,
    audience=_STAYS,
)
EVENTS = (REGISTERED, CHANGED, LEFT_EVENT)
_LISTS: Final = ("roles", "languages", "subjects")


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the staff register of `source`; `project` stores it."""
    return (
        Read(f"{source}.{REGISTERED.name}", StaffView, about="registered"),
        Read(f"{source}.{CHANGED.name}", StaffView, about="registered"),
        Read(f"{source}.{LEFT_EVENT.name}", LeftView, about="registered", protects=True),
    )


def subject_digest(key: str, issuer: str, subject: str) -> str:
    """Return the digest of a sign-in: issuer and subject under a secret key."""
    # Each text is prefixed with its length, so that two different pairs cannot give the same input.
    signed_in = b"".join(len(part).to_bytes(4) + part for part in (issuer.encode(), subject.encode()))
    return hmac.new(key.encode(), signed_in, hashlib.sha256).hexdigest()


def find(session: Session, member: UUID) -> Member | None:
    """Return a member of staff; None if the id is not registered."""
    return next(iter(among(session, [member])), None)


def among(session: Session, members: Collection[UUID]) -> list[Member]:
    """Return the registered ones of these members, in a stable order."""
    rows = session.execute(select(staff).where(staff.c.id.in_(members)).order_by(staff.c.id)).mappings()
    return [_member(dict(row)) for row in rows]


def agency_of(session: Session, member: UUID) -> UUID | None:
    """Return the agency of a member of staff; None while it is unknown."""
    found = find(session, member)
    return None if found is None or found.agency == UNKNOWN_AGENCY else found.agency


def staying(session: Session, members: Collection[UUID]) -> list[Member]:
    """Return the registered ones of these members, and lock them against leaving until the transaction ends."""
    query = select(staff).where(staff.c.id.in_(members)).order_by(staff.c.id).with_for_update(read=True)
    return [_member(dict(row)) for row in session.execute(query).mappings()]


def lock(session: Session, member: UUID) -> None:
    """Lock a member of staff: other transactions cannot assign them to anything until this one ends."""
    session.execute(select(staff.c.id).where(staff.c.id == member).with_for_update())


def is_gone(member: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the condition that a member of staff left, or that their last day is over by real time (UTC)."""
    today = cast(func.timezone("UTC", func.clock_timestamp()), Date)
    gone = (staff.c.id == member, or_(staff.c.state == LEFT, staff.c.until < today))
    return exists().where(*gone).correlate_except(staff)


def works_elsewhere(one: Somebody, other: Somebody) -> ColumnElement[bool]:
    """Return the condition that two members of staff work for different known agencies.

    The condition is false for unregistered staff, because their agency is unknown.
    """
    ours, theirs = staff.alias(), staff.alias()
    of_both = (ours.c.id == one, theirs.c.id == other, ours.c.agency != theirs.c.agency)
    known = (ours.c.agency != UNKNOWN_AGENCY, theirs.c.agency != UNKNOWN_AGENCY)
    return exists().where(*of_both, *known).correlate_except(ours, theirs)


def by_subject(session: Session, digest: str) -> Member | None:
    """Return the member of staff of a sign-in, by the digest of issuer and subject; None if there is none.

    The result is also None while a copy has two members with this digest: an event about one of them is still missing.
    """
    rows = session.execute(select(staff).where(staff.c.subjects.contains([digest])).limit(2)).mappings().all()
    return _member(dict(rows[0])) if len(rows) == 1 else None


def keep(session: Session, member: Member) -> None:
    """Store the current state of a member of staff."""
    values = _row(member)
    new = insert(staff).values(**values)
    changes = {name: new.excluded[name] for name in values if name != "id"}
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=changes))


def _row(member: Member) -> dict[str, Any]:
    values: dict[str, Any] = asdict(member)
    return values | {name: list(values[name]) for name in _LISTS}


def leave(session: Session, member: UUID) -> None:
    """Store that a member of staff left, and delete their sign-in."""
    # Also insert a row if they are unknown here, so that the departure applies in any case.
    unknown = Member(id=member, agency=UNKNOWN_AGENCY, roles=(), takes_cases=False, state=LEFT)
    new = insert(staff).values(**_row(unknown))
    gone = {"state": LEFT, "subjects": new.excluded.subjects}
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_=gone))


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply the register's events to this copy."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        data = event.data
        if event.key.endswith(LEFT_EVENT.name):
            leave(session, data["registered"])
            continue
        keep(session, _member({**data, "id": data["registered"], "state": WORKING}))


def _member(row: Mapping[str, Any]) -> Member:
    return Member(
        id=row["id"],
        agency=row["agency"],
        roles=tuple(row["roles"]),
        languages=tuple(row["languages"]),
        takes_cases=row["takes_cases"],
        until=row["until"],
        subjects=tuple(row["subjects"]),
        state=row["state"],
    )

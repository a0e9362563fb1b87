"""Ended access: all tokens of a member of staff are refused until a second person has reviewed it.

One person can end the access immediately. The ending lapses after 1 day (real time) unless a second person confirms it.
The second person must not be the first one in another role, and can also lift the ending. One service owns the endings
and publishes them. Every service can end access locally while the owner is unavailable; its own record is valid until
the owner's event about the same ending arrives.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from marshmallow import Schema
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Index,
    Table,
    Text,
    Uuid,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared.access.staff import Member, works_elsewhere
from shared.access.tokens import Principal
from shared.events.audience import inside
from shared.events.contract import Code, EventType, Instant, Read, Received, Reference
from shared.reference import codes
from shared.store.database import NamedRow, metadata

#: States of an ending: waiting for a second person, confirmed, or lifted.
ENDED, CONFIRMED, LIFTED = "ended", "confirmed", "lifted"
STATES: Final = (ENDED, CONFIRMED, LIFTED)
#: Reasons for lifting an ending.
LAPSED, REFUSED = "lapsed", "refused"
#: Roles that act for the whole installation.
_OF_ALL: Final = frozenset(("operator", "data_protection_officer"))
#: In real time, as for tokens. Chosen by Casepath: enough to find a second person on any day of the year.
LAPSES_AFTER: Final = timedelta(days=1)
#: Waiting time before one person can end the same access again after no second person agreed; repeated daily endings
#: would otherwise never stop.
NOT_AGAIN_FOR: Final = timedelta(days=7)

#: Endings recorded here, who ended the access, and the second person's answer. At the owner, or recorded locally.
endings = Table(
    "access_endings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member", Uuid, nullable=False, comment="a member of staff"),
    Column("state", Text, nullable=False),
    Column("ended_by", Uuid, nullable=False, comment="a member of staff"),
    Column("ended_at", DateTime(timezone=True), nullable=False, comment="real time"),
    Column("until", DateTime(timezone=True), comment="real time; null once it is confirmed"),
    Column("answered_by", Uuid, comment="the second person; null if nobody answered in time"),
    Column("answered_at", DateTime(timezone=True), comment="real time"),
    Column("because", Text, comment="why it counts no more"),
)
Index("access_endings_member_index", endings.c.member)
#: Endings published by the owner, identical at every service.
ended = Table(
    "ended_access",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member", Uuid, nullable=False, comment="a member of staff"),
    Column("state", Text, nullable=False),
    Column("until", DateTime(timezone=True), comment="real time; null once it is confirmed"),
)
Index("ended_access_member_index", ended.c.member)


class AccessEnded(Schema):
    """All tokens of the member of staff (the event's subject) are refused until then, unless lifted earlier."""

    ending = Reference(required=True)
    member = Reference(required=True)
    until = Instant(required=True)


class EndConfirmed(Schema):
    """A second person confirmed the ending: it remains until it is lifted."""

    ending = Reference(required=True)
    member = Reference(required=True)


class EndLifted(Schema):
    """The ending is over: it lapsed, or was lifted."""

    ending = Reference(required=True)
    member = Reference(required=True)
    because = Code(codes("access_end_lifted"), required=True)


class EndingView(Schema):
    """The id of the ending."""

    ending = Reference(required=True)


class EndedView(EndingView):
    """The id of the ending, and its expiry."""

    until = Instant(required=True)


_STAYS: Final = inside("It is about staff, whom no agency knows by an id.")
BEGAN = EventType(
    "access.ended",
    AccessEnded,
    "access",
    "No token of a member of staff counts.",
    protects=True,
    audience=_STAYS,
)
CONFIRMED_BY_ANOTHER = EventType(
    "access.end_confirmed",
    EndConfirmed,
    "access",
    "A second person confirmed that somebody's access is ended.",
    audience=_STAYS,
)
TAKEN_BACK = EventType(
    "access.end_lifted",
    EndLifted,
    "access",
    "The ending of a staff member's access lapsed or was withdrawn.",
    audience=_STAYS,
)
EVENTS = (BEGAN, CONFIRMED_BY_ANOTHER, TAKEN_BACK)


class EndingRefused(Exception):
    """The request about an ending is not possible; with the alternative."""

    status = 409
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Store the rule's name and a message for the user."""
        super().__init__(message)
        self.rule = rule


class SecondRefused(EndingRefused):
    """The person who would confirm an ending does not meet the requirements."""

    status = 422
    title = "Check who acts"


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that this service follows the endings of `source`; `project` stores them."""
    return (
        Read(f"{source}.{BEGAN.name}", EndedView, about="ending", protects=True),
        Read(f"{source}.{CONFIRMED_BY_ANOTHER.name}", EndingView, about="ending"),
        Read(f"{source}.{TAKEN_BACK.name}", EndingView, about="ending"),
    )


def is_ended(member: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the condition that a member of staff's access is ended now; the owner's events decide."""
    return or_(exists().where(ended.c.member == member, *_told()), exists().where(endings.c.member == member, *_here()))


def ended_members() -> CompoundSelect[tuple[UUID]]:
    """Return a query for all members of staff whose access is ended now."""
    return union_all(select(ended.c.member).where(*_told()), select(endings.c.member).where(*_here()))


def _told() -> tuple[ColumnElement[bool], ...]:
    return ended.c.state != LIFTED, _lasts(ended)


def _here() -> tuple[ColumnElement[bool], ...]:
    is_told = exists().where(ended.c.id == endings.c.id)
    return endings.c.state != LIFTED, _lasts(endings), ~is_told


def _lasts(table: Table) -> ColumnElement[bool]:
    return or_(table.c.until.is_(None), table.c.until > func.clock_timestamp())


def check_new(member: UUID, *, by: UUID) -> None:
    """Raise `EndingRefused` if a person tries to end their own access, because only others could restore it."""
    if member == by:
        raise EndingRefused(
            "ends_another", "This would end your own access. Ask another supervisor or operator, or sign out."
        )


def check_answer(row: NamedRow, *, by: UUID, confirms: bool) -> None:
    """Raise `EndingRefused` unless this is a second person and the ending is still open for this answer."""
    if row["state"] == LIFTED or (row["state"] == CONFIRMED and confirms):
        raise EndingRefused(
            "answered_once",
            f"This ending is {row['state']}, so there is nothing left to confirm. Read the list of endings again.",
        )
    if by in (row["ended_by"], row["member"]):
        raise EndingRefused(
            "second_person",
            "The person who ended the access, and the one who lost it, can't decide on it. Ask another supervisor "
            "or officer.",
        )


def check_second(second: Member | None, roles: Collection[str], today: date) -> None:
    """Raise `SecondRefused` unless the second person is registered in one of these roles, and works today."""
    if second is None or not second.works(today):
        raise SecondRefused(
            "staff_is_registered",
            "You can't confirm this, because you are not in the register of staff. Ask to be registered, or ask a "
            "registered person to confirm it.",
        )
    if not set(roles) & set(second.roles):
        raise SecondRefused(
            "staff_has_role",
            f"You can't confirm this, because you are not registered as {' and no '.join(sorted(roles))}. Ask a "
            "person with that role to confirm it.",
        )


def end(session: Session, ending: UUID, member: UUID, *, by: UUID) -> tuple[NamedRow, bool]:
    """End a member of staff's access; return the ending, and whether it is new, so that the request can be repeated.

    A valid ending by the same person is returned unchanged. Raises `EndingRefused` if the id belongs to another ending,
    for the person's own access, or if no second person agreed with their last ending.
    """
    check_new(member, by=by)
    now = datetime.now(UTC)  # real time, as for tokens, not the domain's clock
    earlier = _earlier(session, member, now, by=by)
    if earlier is not None and earlier["id"] != ending:
        check_again(earlier, now)
        return earlier, False
    row = {"id": ending, "member": member, "state": ENDED, "ended_by": by, "ended_at": now, "until": now + LAPSES_AFTER}
    new = insert(endings).values(**row).on_conflict_do_nothing().returning(endings.c.id)
    is_new = session.execute(new).first() is not None
    stored = find(session, ending)
    if stored is None or stored["member"] != member:
        raise EndingRefused("ending_is_new", "This id belongs to another ending. Choose a new one.")
    return stored, is_new


def check_again(earlier: NamedRow, now: datetime) -> None:
    """Raise `EndingRefused` if the same person's earlier ending has lapsed or was lifted."""
    if earlier["state"] == LIFTED or (earlier["until"] is not None and earlier["until"] <= now):
        raise EndingRefused(
            "second_person",
            "You ended this access before, and no second person confirmed it. Ask another person with your role to "
            "end it.",
        )


def _earlier(session: Session, member: UUID, now: datetime, *, by: UUID) -> NamedRow | None:
    """Return the latest recent ending of this access by the same person; None if there is none."""
    same = (endings.c.member == member, endings.c.ended_by == by, endings.c.ended_at > now - NOT_AGAIN_FOR)
    row = session.execute(select(endings).where(*same).order_by(endings.c.ended_at.desc()).limit(1)).mappings().first()
    return None if row is None else dict(row)


def find(session: Session, ending: UUID, *, lock: bool = False, to: Principal | None = None) -> NamedRow | None:
    """Return an ending recorded here if `to` can see it; `lock` locks its row until the transaction ends."""
    query = select(endings).where(endings.c.id == ending, true() if to is None else _is_shown(to))
    row = session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else dict(row)


def _is_shown(to: Principal) -> ColumnElement[bool]:
    """Return the condition that a person can see an ending: supervisors see their agency's and their own."""
    if to.roles & _OF_ALL:
        return true()
    who = UUID(to.subject)
    return or_(endings.c.ended_by == who, ~works_elsewhere(endings.c.member, who))


def is_told(session: Session, ending: UUID) -> bool:
    """Return whether the owner has published the ending, so that the owner's state applies."""
    return session.execute(select(ended.c.id).where(ended.c.id == ending)).first() is not None


def made_here(session: Session, most: int, *, to: Principal) -> Sequence[NamedRow]:
    """Return the latest endings recorded here, with the owner's state where it has published one."""
    state = func.coalesce(ended.c.state, endings.c.state).label("state")
    until = func.coalesce(ended.c.until, endings.c.until).label("until")
    others = [column for column in endings.c if column.name not in ("state", "until")]
    query = select(*others, state, until).select_from(endings.outerjoin(ended, ended.c.id == endings.c.id))
    latest = query.where(_is_shown(to)).order_by(endings.c.ended_at.desc()).limit(most)
    return [dict(row) for row in session.execute(latest).mappings()]


def waiting(session: Session, most: int, *, to: Principal) -> Sequence[NamedRow]:
    """Return the endings recorded here that wait for a second person, oldest first."""
    query = select(endings).where(endings.c.state == ENDED, _is_shown(to)).order_by(endings.c.ended_at)
    return [dict(row) for row in session.execute(query.limit(most)).mappings()]


def answer(session: Session, ending: UUID, *, by: UUID | None, state: str, because: str | None = None) -> None:
    """Store the second person's answer, or that the time to answer has passed."""
    values: dict[str, object] = {"state": state, "answered_by": by, "because": because}
    if by is not None:
        values["answered_at"] = datetime.now(UTC)  # real time, like all times of an ending
    if state == CONFIRMED:
        values["until"] = None
    session.execute(update(endings).where(endings.c.id == ending).values(**values))


def tell(session: Session, ending: UUID, member: UUID, state: str, until: datetime | None = None) -> None:
    """Store the owner's state of an ending; a repeated beginning changes nothing."""
    new = insert(ended).values(id=ending, member=member, state=state, until=until)
    if state == ENDED:
        session.execute(new.on_conflict_do_nothing())
        return
    session.execute(new.on_conflict_do_update(index_elements=["id"], set_={"state": state, "until": until}))


_STATE_AFTER: Final = {BEGAN.name: ENDED, CONFIRMED_BY_ANOTHER.name: CONFIRMED, TAKEN_BACK.name: LIFTED}


def project(session: Session, received: Sequence[Received]) -> None:
    """Apply the owner's events to this copy."""
    for event in sorted(received, key=lambda event: (event.subject, event.event.position)):
        state = _STATE_AFTER[event.key.partition(".")[2]]
        tell(session, event.data["ending"], event.subject, state, event.data.get("until"))

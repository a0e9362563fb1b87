"""Ended access: no token of a member of staff counts, whenever it was issued, until somebody else has looked at it.

One person ends it, at once. It lapses after a day (real time) unless a second person confirms it, who is not the first
under another role; who confirms may also take it back. One service owns it and tells of it. Each service can end it by
itself too, while that one is away: its own record holds until the owner's fact of the same ending arrives.
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

#: Where an ending stands: it waits for the second person, it has one, or it counts no more.
ENDED, CONFIRMED, LIFTED = "ended", "confirmed", "lifted"
STATES: Final = (ENDED, CONFIRMED, LIFTED)
#: Why an ending counts no more.
LAPSED, REFUSED = "lapsed", "refused"
#: Who is there for the whole installation.
_OF_ALL: Final = frozenset(("operator", "data_protection_officer"))
#: By real time, as tokens have it; from the house: long enough to find a second person on any day of the year.
LAPSES_AFTER: Final = timedelta(days=1)
#: So long nobody ends the same access again whom no second person agreed with: day after day would be for ever.
NOT_AGAIN_FOR: Final = timedelta(days=7)

#: What was ended here, by whom, and what a second person said: of the owner, and of a service asked by itself.
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
#: What the owner told of endings, the same at every service.
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
    """No token of the member of staff (also the event's subject) counts until then, if it is not lifted before."""

    ending = Reference(required=True)
    member = Reference(required=True)
    until = Instant(required=True)


class EndConfirmed(Schema):
    """A second person confirmed it: it stands until somebody lifts it."""

    ending = Reference(required=True)
    member = Reference(required=True)


class EndLifted(Schema):
    """It counts no more: it lapsed, or somebody took it back."""

    ending = Reference(required=True)
    member = Reference(required=True)
    because = Code(codes("access_end_lifted"), required=True)


class EndingView(Schema):
    """Which ending it is."""

    ending = Reference(required=True)


class EndedView(EndingView):
    """Which ending it is, and until when it holds."""

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
    "Somebody's access is ended no longer: it lapsed, or was taken back.",
    audience=_STAYS,
)
EVENTS = (BEGAN, CONFIRMED_BY_ANOTHER, TAKEN_BACK)


class EndingRefused(Exception):
    """What can't be done about an ending, and what to do instead."""

    status = 409
    retryable = False
    title = "Not possible now"

    def __init__(self, rule: str, message: str) -> None:
        """Store the rule's name and a message for a person."""
        super().__init__(message)
        self.rule = rule


class SecondRefused(EndingRefused):
    """Who would answer an ending as the second person can't be asked about it afterwards."""

    status = 422
    title = "Check who acts"


def reads_of(source: str) -> tuple[Read, ...]:
    """Declare that the endings of a service are followed; `project` stores them."""
    return (
        Read(f"{source}.{BEGAN.name}", EndedView, about="ending", protects=True),
        Read(f"{source}.{CONFIRMED_BY_ANOTHER.name}", EndingView, about="ending"),
        Read(f"{source}.{TAKEN_BACK.name}", EndingView, about="ending"),
    )


def is_ended(member: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Write the condition that no token of a member of staff counts now; what the owner told of an ending decides."""
    return or_(exists().where(ended.c.member == member, *_told()), exists().where(endings.c.member == member, *_here()))


def ended_members() -> CompoundSelect[tuple[UUID]]:
    """Select the members of staff of whom no token counts now: of many people at once."""
    return union_all(select(ended.c.member).where(*_told()), select(endings.c.member).where(*_here()))


def _told() -> tuple[ColumnElement[bool], ...]:
    return ended.c.state != LIFTED, _lasts(ended)


def _here() -> tuple[ColumnElement[bool], ...]:
    is_told = exists().where(ended.c.id == endings.c.id)
    return endings.c.state != LIFTED, _lasts(endings), ~is_told


def _lasts(table: Table) -> ColumnElement[bool]:
    return or_(table.c.until.is_(None), table.c.until > func.clock_timestamp())


def check_new(member: UUID, *, by: UUID) -> None:
    """Raise `EndingRefused` for somebody who would end their own access: that is for others to undo."""
    if member == by:
        raise EndingRefused("ends_another", "This would end your own access. Ask somebody else, or sign out.")


def check_answer(row: NamedRow, *, by: UUID, confirms: bool) -> None:
    """Raise `EndingRefused` unless somebody may answer an ending so: a second person, and while it counts."""
    if row["state"] == LIFTED or (row["state"] == CONFIRMED and confirms):
        raise EndingRefused("answered_once", f"This ending is {row['state']}; nothing is left to confirm.")
    if by in (row["ended_by"], row["member"]):
        raise EndingRefused(
            "second_person", "Whoever ended the access, or lost it, can't decide on that. Ask somebody else."
        )


def check_second(second: Member | None, roles: Collection[str], today: date) -> None:
    """Raise `SecondRefused` unless the second person is registered in one of these roles, and works today."""
    if second is None or not second.works(today):
        raise SecondRefused("staff_is_registered", "You are not registered here, so that you can't confirm this.")
    if not set(roles) & set(second.roles):
        raise SecondRefused("staff_has_role", f"You are registered as no {' and no '.join(sorted(roles))}.")


def end(session: Session, ending: UUID, member: UUID, *, by: UUID) -> tuple[NamedRow, bool]:
    """Store that somebody's access is ended from now on; return the ending, and whether it is new: it may be repeated.

    One that the same person made, and that counts still, is returned as it is. Raises `EndingRefused` for the id of
    another ending, for one's own access, and for whom no second person agreed with before.
    """
    check_new(member, by=by)
    now = datetime.now(UTC)  # real time, as tokens have it, whatever the domain's clock says
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
    """Raise `EndingRefused` if an ending of the same access by the same person counts no more."""
    if earlier["state"] == LIFTED or (earlier["until"] is not None and earlier["until"] <= now):
        raise EndingRefused(
            "second_person", "You ended this access before, and nobody else confirmed it. Ask somebody else to end it."
        )


def _earlier(session: Session, member: UUID, now: datetime, *, by: UUID) -> NamedRow | None:
    """Return the last ending of somebody's access by the same person, of these days; None if there is none."""
    same = (endings.c.member == member, endings.c.ended_by == by, endings.c.ended_at > now - NOT_AGAIN_FOR)
    row = session.execute(select(endings).where(*same).order_by(endings.c.ended_at.desc()).limit(1)).mappings().first()
    return None if row is None else dict(row)


def find(session: Session, ending: UUID, *, lock: bool = False, to: Principal | None = None) -> NamedRow | None:
    """Return an ending that was made here, if `to` is shown it; `lock` holds its row until the transaction ends."""
    query = select(endings).where(endings.c.id == ending, true() if to is None else _is_shown(to))
    row = session.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else dict(row)


def _is_shown(to: Principal) -> ColumnElement[bool]:
    """Write the condition that somebody is shown an ending: supervisors those of their agency, and their own."""
    if to.roles & _OF_ALL:
        return true()
    who = UUID(to.subject)
    return or_(endings.c.ended_by == who, ~works_elsewhere(endings.c.member, who))


def is_told(session: Session, ending: UUID) -> bool:
    """Return whether the owner told of an ending, so that its word counts."""
    return session.execute(select(ended.c.id).where(ended.c.id == ending)).first() is not None


def made_here(session: Session, most: int, *, to: Principal) -> Sequence[NamedRow]:
    """Return the last endings that were made here, with the state that counts: the owner's, where it told of one."""
    state = func.coalesce(ended.c.state, endings.c.state).label("state")
    until = func.coalesce(ended.c.until, endings.c.until).label("until")
    others = [column for column in endings.c if column.name not in ("state", "until")]
    query = select(*others, state, until).select_from(endings.outerjoin(ended, ended.c.id == endings.c.id))
    latest = query.where(_is_shown(to)).order_by(endings.c.ended_at.desc()).limit(most)
    return [dict(row) for row in session.execute(latest).mappings()]


def waiting(session: Session, most: int, *, to: Principal) -> Sequence[NamedRow]:
    """Return the endings that were made here and wait for a second person, oldest first."""
    query = select(endings).where(endings.c.state == ENDED, _is_shown(to)).order_by(endings.c.ended_at)
    return [dict(row) for row in session.execute(query.limit(most)).mappings()]


def answer(session: Session, ending: UUID, *, by: UUID | None, state: str, because: str | None = None) -> None:
    """Store what a second person said of an ending, or that nobody did in time."""
    values: dict[str, object] = {"state": state, "answered_by": by, "because": because}
    if by is not None:
        values["answered_at"] = datetime.now(UTC)  # real time, as all of an ending
    if state == CONFIRMED:
        values["until"] = None
    session.execute(update(endings).where(endings.c.id == ending).values(**values))


def tell(session: Session, ending: UUID, member: UUID, state: str, until: datetime | None = None) -> None:
    """Store where an ending stands by its owner's word; the beginning of one that is known already changes nothing."""
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

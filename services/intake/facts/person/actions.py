"""Read and store the sealed parts of a person, and handle coming of age.

When a person comes of age, consent is asked again, once, and only the team is notified.
"""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final, Literal, overload
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import announce
from services.intake.facts.case.models import Case, Record, TeamMember, bump, lock
from services.intake.facts.case.rules import OFFICER
from services.intake.facts.person import hooks, rules
from services.intake.facts.person.models import AgeChange, AskedAnew, Person
from services.intake.facts.person.rules import StoredBirth, StoredGender, StoredName
from shared import encryption
from shared.access.views import Shown
from shared.audit import notices
from shared.casework import dates
from shared.deadlines import timers
from shared.deadlines.timers import Timer
from shared.encryption import Cell
from shared.events.envelope import Announcement
from shared.reference import profile
from shared.reference.periods import start_of_day

#: part -> its sealed column
COLUMNS: Final = {
    "names": "identity",
    "birth": "birth",
    "gender": "gender",
    "nationalities": "nationality",
    "contact": "contact",
}
DUE_AGAIN: Final = "consent.due_again"
OF_AGE: Final = "person.of_age"


@overload
def part(session: Session, case_id: UUID, part_name: Literal["names"]) -> list[StoredName] | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: Literal["birth"]) -> StoredBirth | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: Literal["gender"]) -> StoredGender | None: ...
@overload
def part(session: Session, case_id: UUID, part_name: str) -> object: ...
def part(session: Session, case_id: UUID, part_name: str) -> Any:
    """Return one part of a person, decrypted, or None if it is not known."""
    return _opened(session, session.get(Person, case_id), part_name)


def _opened(session: Session, row: Person | None, part_name: str) -> Any:
    column = COLUMNS[part_name]
    sealed = getattr(row, column) if row is not None else None
    if row is None or sealed is None:
        return None
    return json.loads(encryption.of(session).unseal(row.case_id, Cell("persons", column, row.case_id), sealed))


def names_among(session: Session, cases: Collection[UUID]) -> tuple[dict[UUID, list[StoredName]], set[UUID]]:
    """Return the names of the persons of many cases, former ones too, and the cases whose key is lost.

    Two statements, however many cases there are. A case without names, or one that was erased, is in neither.
    """
    query = select(Person.case_id, Person.identity).where(Person.case_id.in_(cases), Person.identity.is_not(None))
    rows, keys = session.execute(query).all(), encryption.of(session)
    keys.prepare([row.case_id for row in rows])
    names, unreadable = dict[UUID, list[StoredName]](), set[UUID]()
    for row in rows:
        try:
            opened = keys.unseal(row.case_id, Cell("persons", COLUMNS["names"], row.case_id), row.identity)
        except encryption.KeyDestroyed:
            continue
        except encryption.KeyLost:
            unreadable.add(row.case_id)
        else:
            names[row.case_id] = json.loads(opened)
    return names, unreadable


def lines_of(session: Session, cases: Collection[UUID]) -> dict[UUID, Shown]:
    """Return the name of each person in one line, or why there is none. The view decides who sees it."""
    names, unreadable = names_among(session, cases)
    shown: dict[UUID, Shown] = {}
    for case in cases:
        name = rules.one_line(names.get(case, ()))
        state = rules.SHOWN if name else rules.NOT_READABLE if case in unreadable else rules.NOT_RECORDED
        shown[case] = {"name": name, "name_state": state}
    return shown


def name_of(session: Session, case: UUID) -> Shown:
    """Return the name of one person, as `lines_of` does."""
    return lines_of(session, [case])[case]


def store_part(session: Session, case_id: UUID, part_name: str, value: object) -> None:
    """Replace one part of a person, encrypted; None removes it."""
    row = session.get(Person, case_id)
    if row is None:
        row = Person(case_id=case_id)
        session.add(row)
        session.flush()
    place = Cell("persons", COLUMNS[part_name], case_id)
    sealed = None if value is None else encryption.of(session).seal(case_id, place, json.dumps(value))
    setattr(row, COLUMNS[part_name], sealed)


def forget_address(session: Session, case_id: UUID) -> None:
    """Delete the address of a person. Other ways to reach them stay."""
    contact: Mapping[str, str | None] | None = _opened(session, session.get(Person, case_id), "contact")
    if contact is not None:
        store_part(session, case_id, "contact", {**contact, "address": None})


def schedule_coming_of_age(
    session: Session, case: Case, before: StoredBirth | None, after: StoredBirth | None, now: datetime
) -> None:
    """Schedule the timers of a date of birth, unless the earlier birth has the same timers."""
    born, was = _date(after), _date(before)
    if born and was and rules.asked_anew_from(born) == rules.asked_anew_from(was):
        return
    # control: H-UPGRADE-2 birth-keeps-other-timers
    for name in (DUE_AGAIN, OF_AGE):
        timers.reschedule(session, case.id, name, None)
    if born is None or dates.today(now, case.jurisdiction) >= rules.of_age_on(born):
        return
    # A person who is a child after all is asked when they come of age.
    session.execute(delete(AskedAnew).where(AskedAnew.case_id == case.id))
    zone = profile(case.jurisdiction).timezone
    timers.schedule(session, case.id, DUE_AGAIN, max(now, start_of_day(rules.asked_anew_from(born), zone)))
    timers.schedule(session, case.id, OF_AGE, start_of_day(rules.surely_of_age_from(born), zone))


def birth_kept(session: Session, case: Case, birth: StoredBirth | None, now: datetime) -> StoredBirth | None:
    """Return the stored form of a stated birth, with the earlier one while its age waits for a second person.

    Meanwhile the timers of the earlier birth stay.
    """
    waiting, before = waiting_change(session, case.id), earlier_birth(session, case.id)
    confirmed = case.age if waiting is None else waiting.before
    stated = rules.age_on(birth, confirmed, dates.today(now, case.jurisdiction))
    if birth is not None and rules.needs_second(confirmed, stated):
        return {**birth, "before": before}
    schedule_coming_of_age(session, case, before, birth, now)
    return birth


def earlier_birth(session: Session, case_id: UUID) -> StoredBirth | None:
    """Return the birth before the one whose age waits for a second person; otherwise the stored one."""
    birth = part(session, case_id, "birth")
    return birth if birth is None else birth.get("before", birth)


def settle_birth(session: Session, case: Case, now: datetime, *, confirmed: bool) -> StoredBirth | None:
    """Store the stated birth if it is confirmed, otherwise the earlier one; return it. Timers follow from it."""
    stated, before = part(session, case.id, "birth"), earlier_birth(session, case.id)
    if stated is None or "before" not in stated:
        return stated
    kept: StoredBirth | None = {"date": stated["date"], "disputed": stated["disputed"]} if confirmed else before
    store_part(session, case.id, "birth", kept)
    schedule_coming_of_age(session, case, before, kept, now)
    return kept


def mark_childs_ground(session: Session, case: Case, today: date, *, by: UUID) -> None:
    """Mark sharings without consent that relied on the person being a child, if a corrected birth shows an adult.

    The sharings stay. They appear in the lists of the team, who ask the person for their own consent, and of the data
    protection officer: until this day they relied on a ground that never existed.
    """
    sharings = Record.metadata.tables["sharings"]  # the table of a higher topic
    rested = (sharings.c.case_id == case.id, sharings.c.reason.in_(rules.CHILDS_GROUNDS))
    session.execute(update(sharings).where(*rested, sharings.c.child_until.is_(None)).values(child_until=today))
    session.merge(AskedAnew(case_id=case.id, since=today))
    team = TeamMember.__table__.c
    leads = select(team.member).where(team.case_id == case.id, team.lead).order_by(team.member)
    notices.give(
        session,
        kind="child_is_of_age",
        case=case.id,
        member=by,
        reason=rules.BIRTH_PUT_RIGHT,
        at=datetime.now(UTC),  # real time, as every notice
        recipients=list(session.scalars(leads)),
        role=OFFICER,
    )
    announce(session, case.id, [Announcement("consent.due_again", {"reason": rules.BIRTH_PUT_RIGHT})])


def waiting_change(session: Session, case_id: UUID) -> AgeChange | None:
    """Return the change of age that waits for a second person, if any."""
    waiting = select(AgeChange).where(AgeChange.case_id == case_id, AgeChange.state == rules.WAITING)
    return session.scalars(waiting).first()


def age_of(session: Session, case: Case, today: date) -> str:
    """Return the person's presumed age on a day (code list `age`), from the date of birth if that is known.

    Powers over the person follow from it, so it is the age before a change that waits for a second person.
    """
    waiting = waiting_change(session, case.id)
    return stated_age(session, case, today) if waiting is None else waiting.before


def stated_age(session: Session, case: Case, today: date) -> str:
    """Return the age on a day by the recorded values, confirmed or not."""
    waiting = waiting_change(session, case.id)
    return rules.age_on(part(session, case.id, "birth"), case.age if waiting is None else waiting.before, today)


def take_age(session: Session, case: Case, stated: str, now: datetime, *, by: UUID | None) -> None:
    """Store a stated age as far as one user may: a change between child and adult waits for a second person.

    `by` is None if the age follows from the passage of time and no user stated it.
    """
    waiting, confirmed = waiting_change(session, case.id), case.age
    if waiting is not None:
        waiting.state, confirmed = rules.REPLACED, waiting.before
        session.flush()  # only one change waits at a time
    if by is None or not rules.needs_second(confirmed, stated):
        set_age(session, case, stated)
        return
    change = {"before": confirmed, "after": stated, "proposed_by": by, "proposed_at": now}
    session.add(AgeChange(case_id=case.id, state=rules.WAITING, **change))
    set_age(session, case, rules.treated_as(confirmed, stated))


def set_age(session: Session, case: Case, age: str) -> None:
    """Store the age by which the person is treated."""
    before, case.age = case.age, age
    if before != age:
        hooks.AGE_CHANGED.announce(session, hooks.NewAge(case.id, before, age))


def recorded(session: Session, case: Case) -> Announcement:
    """Return the announcement that the person was recorded: the age, and which group a shelter has to serve."""
    served_as = rules.served_as(part(session, case.id, "gender"))
    waiting = waiting_change(session, case.id)
    confirmed = {} if waiting is None else {"confirmed_age": waiting.before}
    return Announcement("person.recorded", {"age": case.age, "served_as": served_as, **confirmed})


def _ask_again(session: Session, timer: Timer, now: datetime) -> None:
    if not locked(session, timer.owner):
        return
    since = dates.today(now, session.get_one(Case, timer.owner).jurisdiction).replace(day=1)
    session.merge(AskedAnew(case_id=timer.owner, since=since))
    bump(session, timer.owner)
    announce(session, timer.owner, [Announcement("consent.due_again", {"reason": "coming_of_age"})])


def locked(session: Session, case_id: UUID) -> bool:
    """Lock the case; return False if it was erased meanwhile."""
    if encryption.of(session).is_destroyed(case_id):
        return False
    lock(session, case_id)
    return True


#: The topic `identity` handles `OF_AGE`, because it can change facts.
ON_TIMER: Final[timers.Handlers] = {DUE_AGAIN: _ask_again}


def _date(birth: StoredBirth | None) -> str | None:
    return birth["date"] if birth else None

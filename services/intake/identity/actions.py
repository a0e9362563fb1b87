"""Who the person is: stored sealed, read, and searched by name among the cases that the principal may see."""

import json
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import literal, select, union
from sqlalchemy.orm import Session

from services.intake.case.models import Case, TeamMember, bump, lock
from services.intake.case.rules import SEEN_BY
from services.intake.detection.models import Detection
from services.intake.identity import rules
from services.intake.identity.schemas import ChangeName, IndexAnew, LeftOut, RecordPerson, Search
from services.intake.person.actions import COLUMNS, age_of, part, schedule_coming_of_age
from services.intake.person.models import Person
from services.intake.person.rules import check_birth, may_be_born_in
from shared import encryption
from shared.access import case_restrictions, exclusions
from shared.access.permissions import FieldClass, Relation, permits
from shared.access.supervisions import supervisions
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import dates
from shared.encryption import Cell, KeyDestroyed
from shared.events.envelope import Announcement
from shared.exchange.eventlog import ORIGIN, record

#: The blind index of names.
BY_NAME: Final = "person.name"
#: The longest list of matches; beyond it the search needs more of the name.
MOST_MATCHES: Final = 50
#: How many cases one request indexes anew.
PAGE: Final = 100
_PARTS: Final = (Relation.TEAM, Relation.SUPERVISOR)


def index_names(session: Session, case_id: UUID, coming: Iterable[str] = ()) -> None:
    """Index a case by its stored names and by those about to be stored.

    The former names stay in the index until the next time, since this transaction may not commit.
    """
    stored = (name["name"] for name in part(session, case_id, "names") or ())
    encryption.of(session).index(case_id, BY_NAME, rules.all_keys([*coming, *stored]))


def record_person(session: Session, case_id: UUID, command: RecordPerson, now: datetime) -> int:
    """Record who the person is: each part that is given takes the place of what was stored. Raises `FactRefused`."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    stored, names, birth = command.given(), command.all_names, command.stored_birth
    if names:
        stored["names"] = [asdict(name) for name in rules.checked_names(names, today)]
    if birth:
        check_birth(birth, today, _seen_on(session, case_id))
    if not isinstance(command.gender, LeftOut):
        stored["gender"] = rules.gender_kept(part(session, case_id, "gender"), command.gender, today)
    if "birth" in stored:
        schedule_coming_of_age(session, case, part(session, case_id, "birth"), birth, now)
    if "names" in stored:
        index_names(session, case_id, [name.name for name in names])
    return _store(session, case, stored, today)


def change_name(session: Session, case_id: UUID, command: ChangeName, now: datetime) -> int:
    """Record that the person has another name; the one before stays with its end. Raises `StepForbidden`."""
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    before = [rules.Name(**name) for name in part(session, case_id, "names") or ()]
    after = rules.changed(before, rules.Name(**command.stored()), today)
    index_names(session, case_id, [name.name for name in after])
    return _store(session, case, {"names": [asdict(name) for name in after]}, today)


def person_of(session: Session, case_id: UUID) -> dict[str, object]:
    """Return who the person is, in full; the edge leaves out what the reader may not see."""
    shown = {part_name: part(session, case_id, part_name) for part_name in COLUMNS if part_name != "gender"}
    gender = part(session, case_id, "gender")
    now, earlier = (gender["now"], gender["earlier"]) if gender else (None, [])
    return {"id": case_id, **shown, "gender": now, "earlier_genders": earlier}


def _store(session: Session, case: Case, parts: Mapping[str, object], today: date) -> int:
    """Store parts in place of what was stored; None removes a part. Return the case's new version."""
    row = session.get(Person, case.id) or Person(case_id=case.id)
    session.add(row)
    for part_name, value in parts.items():
        place = Cell("persons", COLUMNS[part_name], case.id)
        sealed = None if value is None else encryption.of(session).seal(case.id, place, json.dumps(value))
        setattr(row, COLUMNS[part_name], sealed)
    case.age = age_of(session, case, today)
    version = bump(session, case.id)
    record(session, case.id, [Announcement("person.recorded", {"age": case.age})])
    return version


def _seen_on(session: Session, case_id: UUID) -> list[str | date]:
    """Return the known days of the case's detections."""
    days = select(Detection.earliest_incident_on, Detection.work_ended_on, Detection.detected_on)
    rows = session.execute(days.where(Detection.case_id == case_id))
    return [day for row in rows for day in row if day is not None]


def search_by_name(session: Session, command: Search, *, by: Principal) -> dict[str, object]:
    """Return the cases whose person may have a name, former names included, the closest match first.

    Only the principal's own cases are looked through, so that a search costs the same whether or not a name is known of
    any other. It stands in the audit of each case that it returns, without its words.
    """
    words = rules.words_of(command.name)
    own = findable(session, by=by)
    candidates = encryption.of(session).found_among(own, BY_NAME, [rules.keys_of(word) for word in words])
    compared = [(case, _alike(session, case, words, command.birth_year)) for case in sorted(candidates)]
    ordered = sorted((rules.CLOSENESS.index(alike), case) for case, alike in compared if alike is not None)
    shown = [{"case": case, "alike": rules.CLOSENESS[place]} for place, case in ordered[:MOST_MATCHES]]
    note_found(session, [case for _, case in ordered[:MOST_MATCHES]], "person.search", by=by)
    return {"found": shown, "more": len(ordered) > MOST_MATCHES}


def findable(session: Session, *, by: Principal) -> list[UUID]:
    """Return the cases that a principal may find by name: on their team or supervising it, and not restricted for them.

    One statement over the principal's own cases.
    """
    member, team, led = UUID(by.subject), TeamMember.__table__.c, supervisions.c
    on_team = select(team.case_id).where(team.member == member, literal(may_find(by, Relation.TEAM)))
    supervised = (
        select(team.case_id)
        .join(supervisions, led.member == team.member)
        .where(led.supervisor == member, literal(may_find(by, Relation.SUPERVISOR)))
    )
    own = union(on_team, supervised).subquery("own")
    wanted = ~exclusions.excludes(own.c.case_id, member)
    # A restricted case is not found by a principal who may not read it.
    hidden = case_restrictions.restricts(own.c.case_id) & literal(not case_restrictions.READERS & by.roles)
    return list(session.scalars(select(own.c.case_id).where(wanted, ~hidden).order_by(own.c.case_id)))


def note_found(session: Session, cases: Collection[UUID], action: str, *, by: Principal) -> None:
    """Write into the audit of each case that it was among what a search found; never the words that were searched."""
    correlation = ORIGIN.of(session).correlation
    trail.note_each(session, by, action=action, subjects=cases, status=200, correlation=correlation)


def index_anew(session: Session, command: IndexAnew) -> dict[str, object]:
    """Index a page of cases by name anew, after the key database was restored without its fingerprints.

    The response contains no name.
    """
    page = select(Person.case_id).order_by(Person.case_id).limit(PAGE)
    cases = list(session.scalars(page if command.after is None else page.where(Person.case_id > command.after)))
    for case in cases:
        lock(session, case)
        with suppress(KeyDestroyed):
            index_names(session, case)
    return {"indexed": len(cases), "next": cases[-1] if len(cases) == PAGE else None}


def may_find(principal: Principal, relation: Relation) -> bool:
    """Return whether a principal may find a case by name: on its team or supervising it, and seeing the identity."""
    reads = permits(rules.ACCESS, "person.read", principal, relation)
    return relation in _PARTS and reads and permits(SEEN_BY, FieldClass.IDENTITY.value, principal, relation)


def _alike(session: Session, case: UUID, words: list[str], birth_year: int | None) -> str | None:
    """Compare with the stored names: the index may still point to one that was never committed, or was removed."""
    try:
        names, birth = part(session, case, "names"), part(session, case, "birth")
    except KeyDestroyed:
        return None
    if birth_year is not None and birth and birth["date"] and not may_be_born_in(birth["date"], birth_year):
        return None
    return rules.closeness(words, [name["name"] for name in names or ()])


def known_of(session: Session, case: UUID) -> Mapping[str, object]:
    """Return who the person is, as far as it is known, as their copy has it."""
    return {name: part for name, part in person_of(session, case).items() if part is not None}

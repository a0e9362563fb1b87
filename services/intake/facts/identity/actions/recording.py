"""Store and read who the person is, sealed, and search by name among the cases that the caller may see."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, literal, select, union
from sqlalchemy.orm import Session

from services.intake.facts.case.actions import record_of
from services.intake.facts.case.models import Case, TeamMember, bump, current_version, lock
from services.intake.facts.case.rules import SEEN_BY
from services.intake.facts.detection.models import Detection
from services.intake.facts.fact.actions import KEEPING, birth_month
from services.intake.facts.identity import rules
from services.intake.facts.identity.actions import former_details
from services.intake.facts.identity.schemas import AnswerAge, ChangeName, IndexAnew, LeftOut, RecordPerson, Search
from services.intake.facts.person.actions import (
    COLUMNS,
    OF_AGE,
    birth_kept,
    locked,
    mark_childs_ground,
    part,
    recorded,
    set_age,
    settle_birth,
    stated_age,
    store_part,
    take_age,
)
from services.intake.facts.person.models import AgeChange, Person
from services.intake.facts.person.rules import (
    StoredName,
    age_on,
    check_birth,
    is_same_birth,
    may_be_born_in,
)
from shared import encryption
from shared.access import agency_grounds, case_restrictions, exclusions
from shared.access.permissions import FieldClass, NotFound, Relation, permits
from shared.access.sight import employer, is_outside
from shared.access.supervisions import leads, supervisions
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import dates, likeness
from shared.casework.naming import check_acts
from shared.deadlines import fact_events, facts, timers
from shared.deadlines.fact_events import OF_DETECTION
from shared.deadlines.timers import Timer
from shared.encryption import KeyDestroyed
from shared.exchange.eventlog import ORIGIN, record
from shared.reference import JURISDICTIONS

#: The blind index of names.
BY_NAME: Final = "person.name"

#: The longest list of matches. For more, the search needs more of the name.
MOST_MATCHES: Final = 50

#: How many cases one request indexes again.
PAGE: Final = 100

_PARTS: Final = (Relation.TEAM, Relation.SUPERVISOR)


def index_names(session: Session, case_id: UUID, coming: Iterable[str] = ()) -> None:
    """Index a case by its stored names and by those about to be stored.

    Names that are removed stay in the index until the next time, because this transaction may not commit.
    """
    stored = (name["name"] for name in part(session, case_id, "names") or ())
    encryption.of(session).index(case_id, BY_NAME, likeness.all_keys([*coming, *stored]))


def record_person(session: Session, case_id: UUID, command: RecordPerson, now: datetime, *, by: Principal) -> None:
    """Record who the person is; a part that is left out stays as it was.

    Former names that the caller does not see stay. Raises `FactRefused`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    stored, names, birth = command.given(), command.all_names, command.stored_birth
    rules.check_may_have((name.kind for name in names), anonymous=case.anonymous)
    if names and not former_details.may_see(session, case_id, now, by=by):
        before = [rules.Name(**name) for name in part(session, case_id, "names") or ()]
        names = rules.with_former(names, before)
    if names:
        stored["names"] = [asdict(name) for name in rules.checked_names(names, today)]
    if birth:
        check_birth(birth, today, _seen_on(session, case))
    if not isinstance(command.gender, LeftOut):
        stored["gender"] = rules.gender_kept(part(session, case_id, "gender"), command.gender, today)
    if "birth" in stored and is_same_birth(part(session, case_id, "birth"), birth):
        del stored["birth"]
    if "birth" in stored:
        stored["birth"] = birth_kept(session, case, birth, now)
    if "names" in stored:
        index_names(session, case_id, [name.name for name in names])
    _store(session, case, stored, now, by=by)


def change_name(session: Session, case_id: UUID, command: ChangeName, now: datetime, *, by: Principal) -> None:
    """Record another name of the person's; the given or family name before it is kept, with its end.

    Raises `StepForbidden`.
    """
    case = session.get_one(Case, case_id)
    today = dates.today(now, case.jurisdiction)
    rules.check_may_have([command.kind], anonymous=case.anonymous)
    before = [rules.Name(**name) for name in part(session, case_id, "names") or ()]
    after = rules.changed(before, rules.Name(**command.stored()), today)
    index_names(session, case_id, [name.name for name in after])
    _store(session, case, {"names": [asdict(name) for name in after]}, now, by=by)


def read_person(session: Session, case_id: UUID, now: datetime, *, by: Principal) -> tuple[dict[str, object], int]:
    """Return who the person is, as far as the caller's role may see it; former details with a reason on record."""
    return person_shown(session, case_id, now, by=by), current_version(session, case_id)


def person_shown(session: Session, case_id: UUID, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the person's identity. Without a reason on record the caller only learns which details have changed.

    The edge removes fields that the reader's role may not see.
    """
    whole = person_of(session, case_id)
    names, genders = whole["names"] or (), whole["earlier_genders"]
    shown = {**whole, "changed": rules.changed_details(names, genders)}
    if former_details.may_see(session, case_id, now, by=by):
        return shown
    return {**shown, "names": whole["names"] and rules.standing(names), "earlier_genders": []}


def names_shown(session: Session, case_id: UUID, *, former: bool) -> list[StoredName]:
    """Return the names of a person; the former ones only if `former`."""
    names = part(session, case_id, "names") or []
    return names if former else rules.standing(names)


def person_of(session: Session, case_id: UUID) -> dict[str, Any]:
    """Return who the person is, in full."""
    shown = {part_name: part(session, case_id, part_name) for part_name in COLUMNS if part_name != "gender"}
    gender = part(session, case_id, "gender")
    now, earlier = (gender["now"], gender["earlier"]) if gender else (None, [])
    return {"id": case_id, **shown, "gender": now, "earlier_genders": earlier}


def birth_month_of(session: Session, case_id: UUID, *, by: Principal) -> str | None:
    """Return the month of the person's birth, or its year; None if it is unknown or disputed.

    Raises `NotFound` for a service that does not calculate a child's limits.
    """
    if by.subject not in rules.COUNTS_BIRTHDAYS:
        raise NotFound
    return birth_month(session, case_id)


def _note_age(session: Session, case: Case, now: datetime, *, by: UUID | None) -> None:
    """Store the age as a fact. `person.recorded` contains it; no event contains the birth."""
    recorded = facts.own_revisions(session, case.id, fact_events.person_fact(case.id))
    if recorded and recorded[-1].codes["age"] != case.age:
        revision, codes = recorded[-1].revision + 1, {"age": case.age}
        stated = replace(recorded[-1], revision=revision, codes=codes, reason="learnt_more")
        facts.note(session, stated, now=now, by=by)


def _come_of_age(session: Session, timer: Timer, now: datetime) -> None:
    """Store that the person is of age: in the case, in its fact, and in the periods that follow from it."""
    if not locked(session, timer.owner):
        return
    case = session.get_one(Case, timer.owner)
    age = stated_age(session, case, dates.today(now, case.jurisdiction))
    if age == case.age:
        return
    take_age(session, case, age, now, by=None)
    settle_birth(session, case, now, confirmed=True)
    announce_age(session, case, now, by=None)
    bump(session, case.id)


def announce_age(session: Session, case: Case, now: datetime, *, by: UUID | None) -> None:
    """Store the age as a fact, announce it, and derive the periods that follow from it."""
    _note_age(session, case, now, by=by)
    record(session, case.id, [recorded(session, case)])
    KEEPING.derive(session, case.id, now)


ON_TIMER: Final[timers.Handlers] = {OF_AGE: _come_of_age}


def _store(session: Session, case: Case, parts: Mapping[str, object], now: datetime, *, by: Principal) -> None:
    """Replace stored parts; None removes a part."""
    changed = [
        detail for name, detail in rules.TOLD.items() if name in parts and _changes(session, case.id, name, parts)
    ]
    for part_name, value in parts.items():
        store_part(session, case.id, part_name, value)
    if "birth" in parts:
        stated = stated_age(session, case, dates.today(now, case.jurisdiction))
        take_age(session, case, stated, now, by=UUID(by.subject))
    bump(session, case.id)
    _note_age(session, case, now, by=UUID(by.subject))
    record(session, case.id, [recorded(session, case), *former_details.changed(changed)])
    if "birth" in parts:
        KEEPING.derive(session, case.id, now)


def _changes(session: Session, case_id: UUID, part_name: str, parts: Mapping[str, object]) -> bool:
    return rules.is_changed(part_name, part(session, case_id, part_name), parts[part_name])


def _seen_on(session: Session, case: Case) -> list[str | date]:
    """Return the known days of the case's detections."""
    standing = select(Detection).where(Detection.case_id == case.id, Detection.corrected_on.is_(None))
    detections = session.scalars(standing).all()
    moments = [getattr(detection, field) for detection in detections for field in OF_DETECTION]
    stated = [dates.local_day(moment, case.jurisdiction) for moment in moments if moment is not None]
    return [*(day for day in stated if day is not None), *(detection.detected_on for detection in detections)]


def search_by_name(session: Session, command: Search, now: datetime, *, by: Principal) -> dict[str, object]:
    """Return the cases whose person may have a name, the closest match first. Former names need a reason on record.

    Only the caller's own cases are searched, so that the time of a search does not reveal whether another case has the
    name. The audit log of each returned case records the search, without its words.
    """
    words = likeness.words_of(command.name)
    own = findable(session, now, by=by)
    candidates = encryption.of(session).found_among(own, BY_NAME, [likeness.keys_of(word) for word in words])
    former = former_details.may_search(session, now, by=by)
    compared = [(case, _alike(session, case, words, command.birth_year, former=former)) for case in sorted(candidates)]
    ordered = sorted((likeness.CLOSENESS.index(alike), case) for case, alike in compared if alike is not None)
    shown = [{"case": case, "alike": likeness.CLOSENESS[place]} for place, case in ordered[:MOST_MATCHES]]
    note_found(session, [case for _, case in ordered[:MOST_MATCHES]], "person.search", by=by)
    return {"found": shown, "more": len(ordered) > MOST_MATCHES}


def findable(session: Session, now: datetime, *, by: Principal) -> list[UUID]:
    """Return the cases that the caller may find by name: as team member or supervisor, and not restricted for them.

    If another agency leads a case, the caller's agency must be allowed to have the person's identity. It takes one
    statement over the caller's own cases.
    """
    member, team = UUID(by.subject), TeamMember.__table__.c
    on_team = select(team.case_id).where(team.member == member, literal(may_find(by, Relation.TEAM)))
    supervised = (
        select(team.case_id)
        .join(supervisions, leads(member, team.member))
        .where(literal(may_find(by, Relation.SUPERVISOR)))
    )
    own = union(on_team, supervised).subquery("own")
    wanted = ~exclusions.excludes(own.c.case_id, member)
    # A day may end in a case's time zone before it ends in UTC: the ground must cover both days.
    days = {now.date(), max(dates.today(now, law) for law in JURISDICTIONS)}
    theirs = employer(literal(member))
    of_agency = and_(*(agency_grounds.covers(own.c.case_id, theirs, "identity", day) for day in sorted(days)))
    knows = ~is_outside(TeamMember.__table__, own.c.case_id, literal(member)) | of_agency
    # A caller who may not read a restricted case does not find it.
    hidden = case_restrictions.restricts(own.c.case_id) & literal(not case_restrictions.READERS & by.roles)
    return list(session.scalars(select(own.c.case_id).where(wanted, knows, ~hidden).order_by(own.c.case_id)))


def note_found(session: Session, cases: Collection[UUID], action: str, *, by: Principal) -> None:
    """Record in the audit log of each case that a search found it; never the words of the search."""
    correlation = ORIGIN.of(session).correlation
    trail.note_each(session, by, action=action, subjects=cases, status=200, correlation=correlation)


def index_anew(session: Session, command: IndexAnew) -> dict[str, object]:
    """Rebuild the name index of a page of cases, after the key database was restored without its fingerprints.

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
    """Return whether the caller may find a case by name: as team member or supervisor, and seeing the identity."""
    reads = permits(rules.ACCESS, "person.read", principal, relation)
    return relation in _PARTS and reads and permits(SEEN_BY, FieldClass.IDENTITY.value, principal, relation)


def _alike(session: Session, case: UUID, words: list[str], birth_year: int | None, *, former: bool) -> str | None:
    """Compare with the stored names: the index may still contain a name that was never committed, or was removed."""
    try:
        names, birth = names_shown(session, case, former=former), part(session, case, "birth")
    except KeyDestroyed:
        return None
    if birth_year is not None and birth and birth["date"] and not may_be_born_in(birth["date"], birth_year):
        return None
    return likeness.closeness(words, [name["name"] for name in names])


def known_of(session: Session, case: UUID) -> Mapping[str, object]:
    """Return who the person is, as far as it is known, for their copy."""
    return {name: part for name, part in person_of(session, case).items() if part is not None}


def answer(
    session: Session, case_id: UUID, change_id: UUID, command: AnswerAge, now: datetime, *, by: Principal
) -> dict[str, object]:
    """Confirm a stated age as a second person, or refuse it with a reason.

    Return the state with the age. Raises `NotFound`, `StepForbidden`, `FactRefused`.
    """
    check_acts(session, by, rules.ACCESS["age.confirm"], now)
    change, who = record_of(session, AgeChange, case_id, change_id), UUID(by.subject)
    rules.check_second(change.state, proposed_by=change.proposed_by, by=who)
    change.state = rules.answered(confirms=command.confirms, refusal=command.reason)
    change.answered_by, change.answered_at, change.refusal = who, now, command.reason
    case = session.get_one(Case, case_id)
    today, birth = dates.today(now, case.jurisdiction), settle_birth(session, case, now, confirmed=command.confirms)
    set_age(session, case, age_on(birth, change.after if command.confirms else change.before, today))
    if (change.before, case.age) == ("child", "adult"):
        mark_childs_ground(session, case, today, by=who)
    announce_age(session, case, now, by=who)
    bump(session, case_id)
    return {"id": change_id, "state": change.state, "age": case.age}


def changes_of(session: Session, case: UUID) -> tuple[dict[str, object], int]:
    """List the changes between child and adult, in every state.

    The earliest is first.
    """
    changes = session.scalars(select(AgeChange).where(AgeChange.case_id == case).order_by(AgeChange.id)).all()
    return {"changes": changes}, current_version(session, case)

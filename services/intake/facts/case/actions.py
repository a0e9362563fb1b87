"""Read and correct the records of a case, and read the caller's relation to it.

A record of another case raises `NotFound`. Also: look up the short number of a case.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, exists, inspect, not_, select
from sqlalchemy.orm import Session

from services.intake.facts.case import rules
from services.intake.facts.case import rules as case_rules
from services.intake.facts.case.models import (
    SUBJECTS,
    Case,
    Correction,
    Record,
    TeamMember,
    bump,
    fields,
    lock,
    team_admission,
    team_admissions,
)
from services.intake.facts.case.schemas import LookUpNumber
from shared.access import agency_grounds, case_restrictions, joined_cases, staff
from shared.access.exclusions import excludes
from shared.access.permissions import READ_CASE, NotFound, Relation, Sight, Table, permits, refusal
from shared.access.subjects import Admission
from shared.access.tokens import Principal
from shared.casework import corrections, dates, joined, times
from shared.casework.corrections import Correct, Correctable
from shared.casework.times import When
from shared.events.envelope import Announcement, new_id
from shared.exchange.eventlog import record
from shared.http import Reply

_Kind = TypeVar("_Kind", bound=Record)


def record_of(session: Session, kind: type[_Kind], case: UUID, record_id: UUID, *, lock: bool = False) -> _Kind:
    """Return a record of a case; `lock` locks its row until the transaction ends. Raises `NotFound`."""
    row: Any = session.get(kind, record_id, with_for_update=True if lock else None)
    if row is None or row.case_id != case:
        raise NotFound
    record: _Kind = row
    return record


def lock_joined(session: Session, case: UUID) -> list[UUID]:
    """Lock all cases of a person and return them in the order of their ids. Raises `NotFound`."""
    locked: set[UUID] = set()
    while missing := set(joined_cases.joined(session, case)) - locked:
        # While this waited for the locks, a merge may have added cases.
        for other in sorted(missing):
            lock(session, other)
        locked |= missing
    return joined_cases.joined(session, case)


def recorded(when: When, now: datetime, by: Principal | None) -> dict[str, Any]:
    """Return the columns of a `RecordedFact` that is recorded now; `by` is None if no staff member records it."""
    stated = {"happened": when.happened, "learnt": when.learnt}
    return {**stated, "recorded_at": now, "recorded_by": None if by is None else UUID(by.subject)}


def correct_record(
    session: Session,
    row: Correctable,
    record_class: str,
    command: Correct,
    now: datetime,
    *,
    by: Principal,
    day: str | None = None,
    events: Callable[[], Iterable[Announcement]] = tuple,
    **columns: str,
) -> UUID:
    """Correct a record of a locked case, announce it, and raise the case's version. Return the correction's id.

    Args:
        row: the record, from `record_of`. The caller has checked the correction by the rules of the topic.
        day: the column of its plain day, if the command corrects when it happened.
        events: return the record's own events, which are announced again unless the record is withdrawn.
        columns: the column of each field of the command that has another name.

    Raises `FactRefused`, `StepForbidden`.
    """
    where = session.get_one(Case, row.case_id).jurisdiction
    says = {columns.get(name, name): value for name, value in corrections.stated(command).items()}
    if day is not None:
        said = cast("times.Corrects", command)
        says |= times.corrected(said, getattr(row, "happened", None), now, where, field=day)
    correction = corrections.correct(
        session,
        Correction,
        row,
        record_class,
        command,
        now=now,
        today=dates.today(now, where),
        by=by,
        says=says,
        after=lambda corrected: record(session, row.case_id, () if corrected.takes_back else events()),
    )
    bump(session, row.case_id)
    return correction


def alike(
    session: Session, kind: Any, case_id: UUID, said: Mapping[str, object], when: When, *, day: str
) -> UUID | None:
    """Return the earliest valid record of a case that states the same; None if there is none.

    Args:
        said: the values that it states, by column.
        day: the column of its plain day.

    Two times are the same unless one is certainly before the other.
    """
    jurisdiction = session.get_one(Case, case_id).jurisdiction
    standing = select(kind).where(kind.case_id == case_id, kind.taken_back_at.is_(None)).order_by(kind.id)
    for row in session.scalars(standing):
        says_the_same = all(_same(getattr(row, name), value) for name, value in said.items())
        happened = times.of_record(row.happened, getattr(row, day), jurisdiction)
        if says_the_same and times.may_be_one(happened, when.moment):
            earliest: UUID = row.id
            return earliest
    return None


def _same(one: object, other: object) -> bool:
    return set(one) == set(other) if isinstance(one, list) and isinstance(other, list) else one == other


def announce(session: Session, case_id: UUID, announcements: Sequence[Announcement]) -> None:
    """Emit events about the grounds on which agencies may have data of a person, and store these grounds."""
    record(session, case_id, announcements)
    agency_grounds.announced(session, case_id, announcements)


def record_change(session: Session, case_id: UUID, announcements: Iterable[Announcement]) -> None:
    """Emit the events of a change of a case, and raise its version."""
    record(session, case_id, announcements)
    bump(session, case_id)


def granted(session: Session, case_id: UUID, agency: UUID, now: datetime) -> frozenset[str]:
    """Return the data categories of a case's person that an agency may have now, to work on the case's team."""
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    return agency_grounds.granted(session, case_id, agency, today)


def beside(session: Session, case: UUID, sight: Sight, now: datetime, *, by: Principal) -> dict[UUID, Sight]:
    """Return what a reader sees of the person's other cases; `sight` is what they see of this one."""
    return joined.sights(session, SUBJECTS, case, sight, now, by=by)


def contact_changed(case: Case) -> Announcement:
    """Return the event with the current values of the data stated at the opening."""
    names = ("jurisdiction", "source", "channel", "language", "anonymous", "age", "opened_on")
    return Announcement("contact.changed", {name: getattr(case, name) for name in names})


def page_of(
    session: Session, kind: type[Record], case: UUID, after: UUID | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of a case's records of a kind, earliest first, and the cursor of the next page, or None."""
    columns = inspect(kind).columns
    query = select(kind).where(columns["case_id"] == case).order_by(columns["id"]).limit(limit + 1)
    rows = list(session.scalars(query if after is None else query.where(columns["id"] > after)))
    page = [fields(row) for row in rows[:limit]]
    return page, str(page[-1]["id"]) if len(rows) > limit else None


def admission(session: Session, case: UUID, principal: Principal) -> Admission:
    """Return the facts that decide whether a caller may make a request about a case.

    If the whole team has left a case, each supervisor of its agency has access, so that one can assign a new team.
    """
    return _with_supervisors(session, {case: team_admission(session, case, principal)}, principal)[case]


def _with_supervisors(
    session: Session, admissions: Mapping[UUID, Admission], principal: Principal
) -> dict[UUID, Admission]:
    supervises = "supervisor" in principal.roles
    # The query also runs for a case that does not exist, so that the time of the answer does not reveal it.
    without_team = [
        case
        for case, admission in admissions.items()
        if supervises and admission.relation in (None, Relation.NONE) and not admission.has_team
    ]
    if not without_team:
        return dict(admissions)
    theirs = select(Case.id).where(Case.id.in_(without_team), is_left_to(UUID(principal.subject)))
    left = {case: replace(admissions[case], relation=Relation.SUPERVISOR) for case in session.scalars(theirs)}
    return {**admissions, **left}


def is_left_to(supervisor: staff.Somebody) -> ColumnElement[bool]:
    """Write the condition that a supervisor has access to a case without a team.

    The case belongs to the supervisor's agency, or its agency is unknown. If its agency has no supervisor whom the
    person accepts, all supervisors have access.
    """
    register = staff.staff.alias()
    of_agency = (register.c.agency == Case.left_by, register.c.roles.contains(["supervisor"]))
    stands_in = (~staff.is_gone(register.c.id), ~excludes(Case.__table__.c.id, register.c.id))
    elsewhere = exists().where(staff.staff.c.id == supervisor, staff.staff.c.agency != Case.left_by)
    return not_(elsewhere & exists().where(*of_agency, *stands_in))


def leads_of(session: Session, case: UUID) -> list[UUID]:
    """Return the present leads of a case whom the person did not exclude."""
    team = TeamMember.__table__.c
    present = ~excludes(team.case_id, team.member)
    leads = select(team.member).where(team.case_id == case, team.lead, present).order_by(team.member)
    return list(session.scalars(leads))


def relation_to(session: Session, case: UUID, principal: Principal) -> Relation | None:
    """Return the caller's relation to a case, or None if there is no such case."""
    return admission(session, case, principal).relation


def readable(session: Session, cases: Collection[UUID], *, by: Principal) -> set[UUID]:
    """Return the cases that the caller may read. The caller may also see their ids elsewhere."""
    return permitted(session, cases, rules.ACCESS, READ_CASE, by=by)


def permitted(session: Session, cases: Collection[UUID], access: Table, action: str, *, by: Principal) -> set[UUID]:
    """Return the cases for which the caller is allowed an action; `access` is the table of its topic."""
    relations = relations_to(session, cases, by=by)
    return {case for case, relation in relations.items() if permits(access, action, by, relation)}


def relations_to(session: Session, cases: Collection[UUID], *, by: Principal) -> dict[UUID, Relation]:
    """Return the caller's relation to each case that exists."""
    if not cases:
        return {}
    admissions = _with_supervisors(session, team_admissions(session, cases, by), by)
    return {case: admission.relation for case, admission in admissions.items() if admission.relation}


def may_read(session: Session, case: UUID, *, by: Principal, but: Relation | None = None) -> bool:
    """Return whether the caller may read a case, and so see its id elsewhere; `but` is a relation to ignore."""
    relation_to_case = relation_to(session, case, by)
    return relation_to_case not in (None, but) and permits(rules.ACCESS, READ_CASE, by, relation_to_case)


def admit(session: Session, case: UUID, access: Table, action: str, *, by: Principal) -> None:
    """Check that the caller may change a second case, which the body names.

    The edge checks only the case in the address. `access` is the topic's table, which has the action. Raises
    `NotFound`, `Forbidden` and `CaseRestricted`, as the edge does.
    """
    second = admission(session, case, by)
    if second.relation is None:
        raise NotFound
    if not permits(access, action, by, second.relation):
        raise refusal({**rules.ACCESS, **access}, action, by, second.relation)
    if second.is_restricted:
        raise case_restrictions.CaseRestricted(action)


def look_up_number(session: Session, command: LookUpNumber, *, by: Principal) -> Reply:
    """Find an open or closed case by its spoken case number.

    The answer is the same for an unused number and for the number of a case that the caller may not read. Raises
    `FactRefused`.
    """
    number = rules.heard(command.number)
    row = session.execute(select(Case.id, Case.status).where(Case.number == number)).first()
    # The query also runs for an unused number, so that the time of the answer does not reveal it.
    of_caller = admission(session, new_id() if row is None else row.id, by)
    relation = of_caller.relation
    is_hidden = of_caller.is_restricted and not case_restrictions.READERS & by.roles
    if row is None or relation is None or is_hidden or not permits(case_rules.ACCESS, "case.read", by, relation):
        return Reply({"case": None, "status": None})
    return Reply({"case": row.id, "status": row.status}, about=row.id)

"""Links, merges and likely duplicates, each shown only to a principal who may see both cases.

A reader who may not see both never learns which the other case is, nor whose; only a resting clock shows that there is
one. Cases hidden from the principal are neither listed nor counted, and no event names two cases.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final, TypedDict
from uuid import UUID

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.case.actions import admit, may_read, readable
from services.intake.case.models import Case, bump, lock, relations
from services.intake.case.rules import check_two_cases
from services.intake.identity.actions import BY_NAME, may_find
from services.intake.identity.rules import all_keys
from services.intake.merging import rules
from services.intake.merging.models import CaseLink, CaseMerge, DeclinedDuplicate
from services.intake.merging.schemas import LinkCases, MergeCases
from services.intake.person.actions import part
from shared import deadlines, encryption
from shared.access import case_restrictions
from shared.access.permissions import NotFound, Relation
from shared.access.tokens import Principal
from shared.audit import trail
from shared.casework import dates
from shared.casework.whole import CASE, Part
from shared.deadlines import time_source
from shared.encryption import KeyDestroyed
from shared.events.envelope import new_id
from shared.exchange.unlinked import unlinked
from shared.store.database import NamedRow

_MERGE: Final = "case.merge"
_STANDS = CaseMerge.unmerged_on.is_(None)
LINKS: Final = Part(
    CaseLink.__table__, or_(CaseLink.first_id == CASE, CaseLink.second_id == CASE), (CaseLink.__table__.c.id,)
)
MERGES: Final = Part(
    CaseMerge.__table__,
    and_(or_(CaseMerge.kept_id == CASE, CaseMerge.alias_id == CASE), _STANDS),
    (CaseMerge.__table__.c.id,),
)
#: The longest list of proposals; once these are decided, the next ones are proposed.
MOST_PROPOSALS: Final = 20


class _Link(TypedDict):
    """A link as one of its cases shows it."""

    id: UUID
    case: UUID
    kind: str
    linked_on: date


class _Merge(TypedDict):
    """A merge as one of its cases shows it."""

    id: UUID
    case: UUID
    alias: bool
    merged_on: date


class _Joined(TypedDict):
    """What a case is joined with, as it shows it."""

    links: list[_Link]
    merges: list[_Merge]


def link_cases(
    session: Session, case_id: UUID, command: LinkCases, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Record that two cases belong together. Raises `NotFound` for one that the reader may not see or does not exist.

    Break-glass access does not suffice: it is for reading only.
    """
    other = command.case
    check_two_cases(case_id, other)
    if not may_read(session, other, by=by, but=Relation.BREAK_GLASS):
        raise NotFound
    _untouched_if_restricted(session, other)
    first, second = sorted((case_id, other))
    today = dates.today(now, session.get_one(Case, case_id).jurisdiction)
    new = insert(CaseLink).values(id=new_id(), first_id=first, second_id=second, kind=command.kind, linked_on=today)
    link_id = session.execute(new.on_conflict_do_nothing().returning(CaseLink.id)).scalar_one_or_none()
    rules.check_linked_once(linked=link_id is None)
    return link_id, bump(session, case_id)  # type: ignore[return-value]  # None was refused


def unlink_cases(session: Session, case_id: UUID, link_id: UUID, *, by: Principal) -> int:
    """Remove a link. Raises `NotFound` for one that the reader does not see, or sees by break-glass access only."""
    others = {link["id"]: link["case"] for link in links_of(session, case_id, by=by)}
    if link_id not in others or not may_read(session, others[link_id], by=by, but=Relation.BREAK_GLASS):
        raise NotFound
    _untouched_if_restricted(session, others[link_id])
    session.execute(delete(CaseLink).where(CaseLink.id == link_id))
    return bump(session, case_id)


def _untouched_if_restricted(session: Session, case: UUID) -> None:
    if case_restrictions.stands(session, case):
        raise case_restrictions.CaseRestricted("case.link")


def links_of(session: Session, case_id: UUID, *, by: Principal) -> list[_Link]:
    """Return a case's links to cases that the reader may see too; others are neither listed nor counted."""
    links = session.execute(select(LINKS.table).where(LINKS.condition).order_by(*LINKS.order), {"case": case_id})
    return joined_of(session, case_id, links.mappings(), (), by=by)["links"]


def joined_of(
    session: Session, case: UUID, links: Iterable[NamedRow], merges: Iterable[NamedRow], *, by: Principal
) -> _Joined:
    """Return a case's links and merges from their rows, those with cases that the reader may see too.

    Others are neither listed nor counted.
    """
    shown_links = [_link_shown(link, case) for link in links]
    shown_merges = [_merge_shown(merge, case) for merge in merges]
    others = {link["case"] for link in shown_links} | {merge["case"] for merge in shown_merges}
    visible = readable(session, others, by=by)
    return {
        "links": [link for link in shown_links if link["case"] in visible],
        "merges": [merge for merge in shown_merges if merge["case"] in visible],
    }


def _link_shown(link: NamedRow, case: UUID) -> _Link:
    other = link["second_id"] if link["first_id"] == case else link["first_id"]
    return {"id": link["id"], "case": other, "kind": link["kind"], "linked_on": link["linked_on"]}


def _merge_shown(merge: NamedRow, case: UUID) -> _Merge:
    is_alias = case == merge["alias_id"]
    other = merge["kept_id"] if is_alias else merge["alias_id"]
    return {"id": merge["id"], "case": other, "alias": is_alias, "merged_on": merge["merged_on"]}


def merge_cases(
    session: Session, kept_case: UUID, command: MergeCases, now: datetime, *, by: Principal
) -> tuple[UUID, int]:
    """Merge another case into this one, as its alias; of two clocks of one code one rests from now on.

    Raises `NotFound` for a case that `by` may not merge, `CaseRestricted`, `FactRefused`, `StepForbidden`.
    """
    other = command.case
    admit(session, other, rules.ACCESS, _MERGE, by=by)
    lock(session, other)
    jurisdictions = [session.get_one(Case, case_id).jurisdiction for case_id in (kept_case, other)]
    rules.check_merge(kept_case, other, jurisdictions, _joined_otherwise(session, kept_case, other))
    today = dates.today(now, jurisdictions[0])
    case_merge = CaseMerge(kept_id=kept_case, alias_id=other, merged_by=UUID(by.subject), merged_on=today)
    session.add(case_merge)
    session.flush()
    keep_one_of_each(session, kept_case)
    _record_in(session, other, by, 201)
    return case_merge.id, bump(session, kept_case)


def unmerge_cases(session: Session, case: UUID, merge_id: UUID, now: datetime, *, by: Principal) -> int:
    """Undo a merge: each case is as it would be without it. Raises `NotFound`, `StepForbidden`."""
    case_merge = session.get(CaseMerge, merge_id)
    if case_merge is None or case not in (case_merge.kept_id, case_merge.alias_id):
        raise NotFound
    other = case_merge.alias_id if case == case_merge.kept_id else case_merge.kept_id
    admit(session, other, rules.ACCESS, _MERGE, by=by)
    rules.check_unmerge(over=case_merge.unmerged_on is not None)
    lock(session, other)
    case_merge.unmerged_by = UUID(by.subject)
    case_merge.unmerged_on = dates.today(now, session.get_one(Case, case).jurisdiction)
    session.flush()
    for case_id in (case, other):
        deadlines.wake(session, case_id, now=now)
    keep_one_of_each(session, case_merge.kept_id)
    _record_in(session, other, by, 204)
    return bump(session, case)


def _record_in(session: Session, other: UUID, by: Principal, status: int) -> None:
    """Raise the version of the case that the URL does not name, and record the change in its audit trail."""
    bump(session, other)
    with unlinked(session) as origin:
        trail.note(session, by, action=_MERGE, subject=other, status=status, correlation=origin.correlation)


def keep_one_of_each(session: Session, case: UUID) -> None:
    """Suspend all but one clock of each code of a merged person; called whenever a clock may have started."""
    kept_case, cases = _of_one_person(session, case)
    if len(cases) == 1:
        return
    clocks = [
        rules.Running(row.id, case_id, row.code, row.kind, row.due_on)
        for case_id in cases
        for row in deadlines.running(session, case_id)
    ]
    for clock in rules.resting(clocks, kept_case):
        deadlines.rest(session, clock.case, clock.clock)


def forget_merges(session: Session, case: UUID) -> None:
    """Undo the merges of a case that is to be erased, and delete every trace of it from the person's other cases."""
    kept_case, cases = _of_one_person(session, case)
    session.execute(delete(CaseMerge).where(or_(CaseMerge.kept_id == case, CaseMerge.alias_id == case)))
    others = [case_id for case_id in cases if case_id != case]
    if not others:
        return
    now = time_source.now(session)
    # Events of the other cases share no correlation with the erased one.
    with unlinked(session):
        for other in others:
            lock(session, other)
            deadlines.wake(session, other, now=now)
        # An alias that has lost its kept case stands for itself again.
        if kept_case != case:
            keep_one_of_each(session, kept_case)


def _of_one_person(session: Session, case: UUID) -> tuple[UUID, list[UUID]]:
    """Return the case that stands for the person, and all cases of theirs, that one first."""
    stands_for = select(CaseMerge.kept_id).where(CaseMerge.alias_id == case, _STANDS)
    kept_case = session.execute(stands_for).scalar_one_or_none() or case
    others = select(CaseMerge.alias_id).where(CaseMerge.kept_id == kept_case, _STANDS).order_by(CaseMerge.alias_id)
    return kept_case, [kept_case, *session.execute(others).scalars()]


def _joined_otherwise(session: Session, kept_case: UUID, other: UUID) -> list[UUID]:
    """Return the merges that forbid one of two cases: either is an alias, or the future alias has aliases itself."""
    taken = or_(CaseMerge.alias_id.in_((kept_case, other)), CaseMerge.kept_id == other)
    return list(session.execute(select(CaseMerge.id).where(taken, _STANDS)).scalars())


def propose_duplicates(session: Session, case: UUID, *, by: Principal) -> list[dict[str, object]]:
    """Return the cases that look like the same person's, with what matches, the most matches first.

    Merged, declined and restricted cases are left out.
    """
    names = part(session, case, "names") or []
    if not names or case_restrictions.stands(session, case):
        return []
    alike = encryption.of(session).found_by(BY_NAME, all_keys(name["name"] for name in names))
    relation_by_case = relations(session, alike - {case} - _settled(session, case), by)
    visible = {other for other, relation in relation_by_case.items() if may_find(by, relation)}
    visible -= case_restrictions.among(session, visible)
    birth = _birth_date(session, case)
    matches = [(other, _matched(session, names, birth, other)) for other in visible]
    ordered = sorted((-len(matched), matched[0], other) for other, matched in matches if matched)
    matched_by_case = dict(matches)
    return [{"case": other, "matched": list(matched_by_case[other])} for *_, other in ordered[:MOST_PROPOSALS]]


def decline_duplicate(session: Session, case: UUID, other: UUID, now: datetime, *, by: Principal) -> int:
    """Record that another case is a different person's; it is not proposed to this team again. Raises `NotFound`."""
    relation = relations(session, [other], by).get(other)
    hidden = relation is None or not may_find(by, relation) or other == case
    if hidden or case_restrictions.stands(session, other):
        raise NotFound
    today = dates.today(now, session.get_one(Case, case).jurisdiction)
    new = {"case_id": case, "other_id": other, "declined_by": UUID(by.subject), "declined_on": today}
    session.execute(insert(DeclinedDuplicate).values(**new).on_conflict_do_nothing())
    return bump(session, case)


def forget_declined(session: Session, case: UUID) -> None:
    """Delete the records by which other cases declined a case that is to be erased."""
    session.execute(delete(DeclinedDuplicate).where(DeclinedDuplicate.other_id == case))


def _settled(session: Session, case: UUID) -> set[UUID]:
    """Return the cases that were declined, those already merged with this one, and every alias."""
    declined = select(DeclinedDuplicate.other_id).where(DeclinedDuplicate.case_id == case)
    aliases = select(CaseMerge.alias_id).where(CaseMerge.unmerged_on.is_(None))
    own = select(CaseMerge.kept_id).where(CaseMerge.unmerged_on.is_(None), CaseMerge.alias_id == case)
    return {case_id for query in (declined, aliases, own) for case_id in session.scalars(query)}


def _matched(session: Session, names: rules.Names, birth: str | None, other: UUID) -> tuple[str, ...]:
    # The index may be stale: its entry can point to a name that was never committed or has since been removed.
    try:
        return rules.matched(names, birth, part(session, other, "names") or [], _birth_date(session, other))
    except KeyDestroyed:
        return ()


def _birth_date(session: Session, case: UUID) -> str | None:
    birth = part(session, case, "birth")
    return birth["date"] if birth else None

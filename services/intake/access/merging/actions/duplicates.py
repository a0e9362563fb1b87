"""Propose and decline likely duplicates, to a caller who may see both cases."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.access.merging import rules
from services.intake.access.merging.models import CaseMerge, DeclinedDuplicate
from services.intake.facts.case.models import Case, bump, current_version, relations
from services.intake.facts.identity.actions import BY_NAME, findable, former_details, may_find, names_shown, note_found
from services.intake.facts.person.actions import part
from shared import encryption
from shared.access import case_restrictions
from shared.access.permissions import NotFound
from shared.access.tokens import Principal
from shared.access.views import Shown
from shared.casework import dates
from shared.casework.likeness import all_keys
from shared.encryption import KeyDestroyed

#: The longest list of proposals; once these are decided, the next ones are proposed.
MOST_PROPOSALS: Final = 20


def propose_duplicates(session: Session, case: UUID, now: datetime, *, by: Principal) -> tuple[Shown, int]:
    """List possible duplicates of a case among the caller's cases, with the matching values.

    The cases with the most matches are first. Merged, declined and restricted cases are left out. Former names are
    compared if the caller has a reason on record to search them.
    """
    former = former_details.may_search(session, now, by=by)
    names = names_shown(session, case, former=former)
    if not names or case_restrictions.stands(session, case):
        return {"id": case, "duplicates": []}, current_version(session, case)
    # As in a search: the time does not reveal whether a case that the caller may not find has a name.
    own = set(findable(session, now, by=by)) - {case} - _settled(session, case)
    own -= case_restrictions.among(session, own)
    asked = [all_keys(name["name"] for name in names)]
    alike = encryption.of(session).found_among(sorted(own), BY_NAME, asked)
    birth = _birth_date(session, case)
    matches = {other: _matched(session, names, birth, other, former=former) for other in sorted(alike)}
    ordered = sorted((-len(matched), matched[0], other) for other, matched in matches.items() if matched)
    proposed = [other for *_, other in ordered[:MOST_PROPOSALS]]
    note_found(session, proposed, "duplicate.read", by=by)
    duplicates = [{"case": other, "matched": list(matches[other])} for other in proposed]
    return {"id": case, "duplicates": duplicates}, current_version(session, case)


def decline_duplicate(session: Session, case: UUID, duplicate: UUID, now: datetime, *, by: Principal) -> Shown:
    """Record that another case is a different person's; it is not proposed to this team again.

    Raises `NotFound`.
    """
    relation = relations(session, [duplicate], by).get(duplicate)
    hidden = relation is None or not may_find(by, relation) or duplicate == case
    if hidden or case_restrictions.stands(session, duplicate):
        raise NotFound
    today = dates.today(now, session.get_one(Case, case).jurisdiction)
    new = {"case_id": case, "other_id": duplicate, "declined_by": UUID(by.subject), "declined_on": today}
    session.execute(insert(DeclinedDuplicate).values(**new).on_conflict_do_nothing())
    bump(session, case)
    return {"id": case}


def forget_declined(session: Session, case: UUID) -> None:
    """Delete the records by which other cases declined a case that is to be erased."""
    session.execute(delete(DeclinedDuplicate).where(DeclinedDuplicate.other_id == case))


def _settled(session: Session, case: UUID) -> set[UUID]:
    """Return the cases that were declined, those already merged with this one, and every alias."""
    declined = select(DeclinedDuplicate.other_id).where(DeclinedDuplicate.case_id == case)
    aliases = select(CaseMerge.alias_id).where(CaseMerge.unmerged_on.is_(None))
    own = select(CaseMerge.kept_id).where(CaseMerge.unmerged_on.is_(None), CaseMerge.alias_id == case)
    return {case_id for query in (declined, aliases, own) for case_id in session.scalars(query)}


def _matched(session: Session, names: rules.Names, birth: str | None, other: UUID, *, former: bool) -> tuple[str, ...]:
    # The index may be stale: its entry can point to a name that was never committed or has since been removed.
    try:
        theirs = names_shown(session, other, former=former)
        return rules.matched(names, birth, theirs, _birth_date(session, other))
    except KeyDestroyed:
        return ()


def _birth_date(session: Session, case: UUID) -> str | None:
    birth = part(session, case, "birth")
    return birth["date"] if birth else None

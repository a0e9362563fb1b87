"""Cases that look like one person's, proposed to those who may see both; of others, nothing, not even how many."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.intake.actions.sealed import BY_NAME, part
from services.intake.actions.search import sees
from services.intake.actions.today import local_today
from services.intake.models import Case, CaseMerge, DeclinedDuplicate, bump, relations
from services.intake.rules import duplicates, likeness
from shared import keys
from shared.access import NotFound
from shared.keys import KeyDestroyed
from shared.standing import restrictions
from shared.tokens import Principal

#: Whoever decides on these sees the next.
MOST: Final = 20


def proposed(session: Session, case: UUID, who: Principal) -> list[dict[str, Any]]:
    """Give the cases that look like the same person's, with what matches; those that match in more come first.

    A merged, a declined and a restricted case is not among them.
    """
    names = part(session, case, "names") or []
    if not names or restrictions.stands(session, case):
        return []
    alike = keys.of(session).found_by(BY_NAME, likeness.all_keys(each["name"] for each in names))
    standing = relations(session, alike - {case} - _settled(session, case), who)
    visible = {each for each, stands in standing.items() if sees(who, stands)}
    visible -= restrictions.among(session, visible)
    birth = _birth(session, case)
    found = [(each, _matched(session, names, birth, each)) for each in visible]
    ordered = sorted((-len(matched), matched[0], each) for each, matched in found if matched)
    shown = dict(found)
    return [{"case": each, "matched": list(shown[each])} for *_, each in ordered[:MOST]]


def decline(session: Session, now: datetime, case: UUID, other: UUID, by: Principal) -> int:
    """Note that another case is somebody else's; this team is not asked again. Raises `NotFound`."""
    stands = relations(session, [other], by).get(other)
    hidden = stands is None or not sees(by, stands) or other == case
    if hidden or restrictions.stands(session, other):
        raise NotFound
    today = local_today(session.get_one(Case, case).jurisdiction, now)
    new = {"case_id": case, "other_id": other, "declined_by": UUID(by.subject), "declined_on": today}
    session.execute(insert(DeclinedDuplicate).values(**new).on_conflict_do_nothing())
    return bump(session, case)


def forget_declined(session: Session, case: UUID) -> None:
    """Keep no trace of a case that is to be erased with the others."""
    session.execute(delete(DeclinedDuplicate).where(DeclinedDuplicate.other_id == case))


def _settled(session: Session, case: UUID) -> set[UUID]:
    """Give the cases that were declined, those that are this person's already, and every alias."""
    declined = select(DeclinedDuplicate.other_id).where(DeclinedDuplicate.case_id == case)
    aliases = select(CaseMerge.alias_id).where(CaseMerge.unmerged_on.is_(None))
    own = select(CaseMerge.kept_id).where(CaseMerge.unmerged_on.is_(None), CaseMerge.alias_id == case)
    return {each for found in (declined, aliases, own) for each in session.scalars(found)}


def _matched(session: Session, names: Any, birth: str | None, other: UUID) -> tuple[str, ...]:
    # An index may still lead to a name that was never stored, or was taken away.
    try:
        return duplicates.matched(names, birth, part(session, other, "names") or [], _birth(session, other))
    except KeyDestroyed:
        return ()


def _birth(session: Session, case: UUID) -> str | None:
    found = part(session, case, "birth")
    return found["date"] if found else None

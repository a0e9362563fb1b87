"""The queue of possible duplicates: all pairs among the cases of a caller who may merge them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.access.merging import rules
from services.intake.access.merging.models import CaseMerge, DeclinedDuplicate
from services.intake.facts.case.models import Case
from services.intake.facts.identity.actions import findable, former_details, note_found
from services.intake.facts.identity.rules import standing
from services.intake.facts.person.actions import names_among, part
from services.intake.facts.person.rules import StoredName
from shared.access import case_restrictions
from shared.access.tokens import Principal
from shared.casework import dates
from shared.casework.likeness import all_keys
from shared.encryption import KeyDestroyed

#: The most cases that one request compares: those opened last.
MOST_COMPARED: Final = 1000
MOST_SHOWN: Final = 200
_UNREADABLE: Final = "unreadable"


def possible_duplicates(session: Session, now: datetime, *, by: Principal) -> dict[str, object]:
    """List the possible duplicates among the caller's cases, with their age and state.

    The audit log of each shown case has an entry. Aliases and restricted cases are left out. Former names are compared
    if the caller has a reason on record to search them.
    """
    opened, more = _compared(session, now, by)
    stored, _unreadable = names_among(session, list(opened))
    former = former_details.may_search(session, now, by=by)
    names = {case: kept if former else standing(kept) for case, kept in stored.items()}
    declined, today = _declined(session, list(names)), dates.today(now, None)
    # Many pairs can share a case, and each birth is encrypted.
    birth_of = cache(partial(_birth, session))
    found = [
        _entry(pair, matched, opened, declined.get(pair), today)
        for pair in rules.candidates({case: all_keys(name["name"] for name in of) for case, of in names.items()})
        if (matched := _matched(pair, names, birth_of))
    ]
    shown = sorted(
        found, key=lambda each: (each["state"] != rules.PROPOSED, each["since"], each["case"], each["other"])
    )
    note_found(
        session,
        sorted({each[end] for each in shown[:MOST_SHOWN] for end in ("case", "other")}),
        "duplicate.queue",
        by=by,
    )
    return {"duplicates": shown[:MOST_SHOWN], "more": more or len(shown) > MOST_SHOWN}


# control: H-JOINED-5 queue-of-own-cases
def _compared(session: Session, now: datetime, by: Principal) -> tuple[dict[UUID, date], bool]:
    """Return the cases that the caller may find, with the day of their opening, and whether there are more."""
    own = set(findable(session, now, by=by))
    own -= case_restrictions.among(session, own)
    own -= set(session.scalars(select(CaseMerge.alias_id).where(CaseMerge.unmerged_on.is_(None))))
    query = select(Case.id, Case.opened_on).where(Case.id.in_(own)).order_by(Case.opened_on.desc(), Case.id)
    rows = session.execute(query.limit(MOST_COMPARED + 1)).all()
    return {row.id: row.opened_on for row in rows[:MOST_COMPARED]}, len(rows) > MOST_COMPARED


def _declined(session: Session, cases: Sequence[UUID]) -> dict[tuple[UUID, UUID], date]:
    """Return the declined pairs, each in the order of its ids, with the day of the first answer."""
    of_cases = (DeclinedDuplicate.case_id.in_(cases), DeclinedDuplicate.other_id.in_(cases))
    first: dict[tuple[UUID, UUID], date] = {}
    for row in session.scalars(select(DeclinedDuplicate).where(*of_cases)):
        one, other = sorted((row.case_id, row.other_id))
        first[one, other] = min(row.declined_on, first.get((one, other), row.declined_on))
    return first


def _birth(session: Session, case: UUID) -> str | None:
    """Return the date of birth in a case; `_UNREADABLE` if its key was destroyed meanwhile."""
    try:
        birth = part(session, case, "birth")
    except KeyDestroyed:
        return _UNREADABLE
    return birth["date"] if birth else None


def _matched(
    pair: tuple[UUID, UUID], names: Mapping[UUID, Sequence[StoredName]], birth_of: Callable[[UUID], str | None]
) -> tuple[str, ...]:
    born, other_born = (birth_of(case) for case in pair)
    if _UNREADABLE in (born, other_born):
        return ()
    return rules.matched(names[pair[0]], born, names[pair[1]], other_born)


def _entry(
    pair: tuple[UUID, UUID],
    matched: Sequence[str],
    opened: Mapping[UUID, date],
    declined_on: date | None,
    today: date,
) -> dict[str, Any]:
    since = max(opened[case] for case in pair)
    return {
        "case": pair[0],
        "other": pair[1],
        "matched": list(matched),
        "state": rules.PROPOSED if declined_on is None else rules.DECLINED,
        "since": since,
        "declined_on": declined_on,
        "days": 0 if declined_on is not None else max(0, (today - since).days),
    }

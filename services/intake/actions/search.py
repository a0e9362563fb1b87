"""Finds cases by a person's name, among those that the one who asks may see; of others, nothing, not even how many."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.intake.actions.sealed import BY_NAME, index, part
from services.intake.models import Person, lock, relations
from services.intake.rules import ACCESS, SIGHT, likeness
from services.intake.rules.age import may_be_born_in
from shared import keys
from shared.access import FieldClass, Relation, permits
from shared.keys import KeyDestroyed
from shared.standing import restrictions
from shared.tokens import Principal

#: Whoever finds more should ask for more of the name.
MOST: Final = 50
#: So many cases are indexed anew at once.
PAGE: Final = 100
_PARTS: Final = (Relation.TEAM, Relation.SUPERVISOR)


def search(session: Session, who: Principal, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the cases whose person may have a name, the most alike first, former names too."""
    words = likeness.words(asked["name"])
    candidates = _candidates(session, words)
    # To who may not read a restricted case, it is not found either.
    withheld = set() if restrictions.READERS & who.roles else restrictions.among(session, candidates)
    standing = relations(session, candidates - withheld, who)
    visible = [case for case, stands in standing.items() if sees(who, stands)]
    found = [(each, _alike(session, each, words, asked["birth_year"])) for each in visible]
    ordered = sorted((likeness.CLOSENESS.index(alike), case) for case, alike in found if alike is not None)
    shown = [{"case": case, "alike": likeness.CLOSENESS[place]} for place, case in ordered[:MOST]]
    return {"found": shown, "more": len(ordered) > MOST}


def index_anew(session: Session, after: UUID | None) -> dict[str, Any]:
    """Let a page of cases be found by their names again, once a key database has come back without fingerprints.

    Nobody is told a name by it.
    """
    page = select(Person.case_id).order_by(Person.case_id).limit(PAGE)
    cases = list(session.scalars(page if after is None else page.where(Person.case_id > after)))
    for case in cases:
        lock(session, case)
        with suppress(KeyDestroyed):
            index(session, case)
    return {"indexed": len(cases), "next": cases[-1] if len(cases) == PAGE else None}


def _candidates(session: Session, words: list[str]) -> set[UUID]:
    found: set[UUID] | None = None
    for word in words:
        alike = keys.of(session).found_by(BY_NAME, likeness.keys(word))
        found = alike if found is None else found & alike
    return found or set()


def sees(who: Principal, stands: Relation) -> bool:
    """Tell whether somebody may know of a name of a case: with a part in it, and with sight of who the person is."""
    reads = permits(ACCESS, "person.read", who, stands)
    return stands in _PARTS and reads and permits(SIGHT.classes, FieldClass.IDENTITY.value, who, stands)


def _alike(session: Session, case: UUID, words: list[str], birth_year: int | None) -> str | None:
    """Look at the person itself: an index may still lead to a name that was never stored, or was taken away."""
    try:
        names, birth = part(session, case, "names"), part(session, case, "birth")
    except KeyDestroyed:
        return None
    if birth_year is not None and birth and birth["date"] and not may_be_born_in(birth["date"], birth_year):
        return None
    return likeness.closeness(words, [each["name"] for each in names or ()])

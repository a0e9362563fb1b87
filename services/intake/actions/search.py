"""Searching cases by a person's name, among those that the principal may see; others are neither listed nor counted."""

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
from shared import encryption
from shared.access import case_restrictions
from shared.access.permissions import FieldClass, Relation, permits
from shared.access.tokens import Principal
from shared.encryption import KeyDestroyed

#: The longest list of matches; beyond it the search needs more of the name.
MOST: Final = 50
#: How many cases one request indexes anew.
PAGE: Final = 100
_PARTS: Final = (Relation.TEAM, Relation.SUPERVISOR)


def search(session: Session, principal: Principal, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cases whose person may have a name, former names included, the closest match first."""
    words = likeness.words(body["name"])
    candidates = _candidates(session, words)
    # A restricted case is not found by a principal who may not read it.
    withheld = set() if case_restrictions.READERS & principal.roles else case_restrictions.among(session, candidates)
    relation_by_case = relations(session, candidates - withheld, principal)
    visible = [case for case, relation in relation_by_case.items() if sees(principal, relation)]
    compared = [(case, _alike(session, case, words, body["birth_year"])) for case in visible]
    ordered = sorted((likeness.CLOSENESS.index(alike), case) for case, alike in compared if alike is not None)
    shown = [{"case": case, "alike": likeness.CLOSENESS[place]} for place, case in ordered[:MOST]]
    return {"found": shown, "more": len(ordered) > MOST}


def index_anew(session: Session, after: UUID | None) -> dict[str, Any]:
    """Index a page of cases by name anew, after the key database was restored without its fingerprints.

    The response contains no name.
    """
    page = select(Person.case_id).order_by(Person.case_id).limit(PAGE)
    cases = list(session.scalars(page if after is None else page.where(Person.case_id > after)))
    for case in cases:
        lock(session, case)
        with suppress(KeyDestroyed):
            index(session, case)
    return {"indexed": len(cases), "next": cases[-1] if len(cases) == PAGE else None}


def _candidates(session: Session, words: list[str]) -> set[UUID]:
    candidates: set[UUID] | None = None
    for word in words:
        alike = encryption.of(session).found_by(BY_NAME, likeness.keys(word))
        candidates = alike if candidates is None else candidates & alike
    return candidates or set()


def sees(principal: Principal, relation: Relation) -> bool:
    """Return whether a principal may find a case by name: on its team or supervising it, and seeing the identity."""
    reads = permits(ACCESS, "person.read", principal, relation)
    return relation in _PARTS and reads and permits(SIGHT.classes, FieldClass.IDENTITY.value, principal, relation)


def _alike(session: Session, case: UUID, words: list[str], birth_year: int | None) -> str | None:
    """Compare with the stored names: the index may still point to one that was never committed, or was removed."""
    try:
        names, birth = part(session, case, "names"), part(session, case, "birth")
    except KeyDestroyed:
        return None
    if birth_year is not None and birth and birth["date"] and not may_be_born_in(birth["date"], birth_year):
        return None
    return likeness.closeness(words, [name["name"] for name in names or ()])

"""What is kept of a person, part by part: sealed when it is stored, opened when it is read."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.models import Person
from services.intake.rules import likeness
from shared import keys
from shared.keys import Place

#: The blind index of names.
BY_NAME: Final = "person.name"
#: What a person is made of, and the sealed column of each part.
COLUMNS: Final = {
    "names": "identity",
    "birth": "birth",
    "gender": "gender",
    "nationalities": "nationality",
    "contact": "contact",
}


def put(session: Session, case_id: UUID, parts: Mapping[str, Any]) -> None:
    """Store parts in place of what was stored; None takes one away."""
    row = session.get(Person, case_id) or Person(case_id=case_id)
    session.add(row)
    if "names" in parts:
        index(session, case_id, parts["names"] or ())
    for each, value in parts.items():
        place = Place("persons", COLUMNS[each], case_id)
        sealed = None if value is None else keys.of(session).seal(case_id, place, json.dumps(value))
        setattr(row, COLUMNS[each], sealed)


def part(session: Session, case_id: UUID, which: str) -> Any:
    """Open one part of what is known of a person; None if it is not known."""
    return _opened(session, session.get(Person, case_id), which)


def index(session: Session, case_id: UUID, coming: Iterable[Mapping[str, Any]] = ()) -> None:
    """Let a case be found by the names that are stored and by those that are about to be.

    Those stored before stay until the next time: if this is not committed, they are the names still.
    """
    both = [*coming, *(part(session, case_id, "names") or ())]
    keys.of(session).index(case_id, BY_NAME, likeness.all_keys(each["name"] for each in both))


def _opened(session: Session, row: Person | None, which: str) -> Any:
    column = COLUMNS[which]
    sealed = getattr(row, column) if row is not None else None
    if row is None or sealed is None:
        return None
    return json.loads(keys.of(session).unseal(row.case_id, Place("persons", column, row.case_id), sealed))

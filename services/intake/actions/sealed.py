"""The sealed parts of a person: encrypted when stored, decrypted when read."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.models import Person
from services.intake.rules import likeness
from shared import encryption
from shared.encryption import Cell

#: The blind index of names.
BY_NAME: Final = "person.name"
#: The parts of a person, and the sealed column of each.
COLUMNS: Final = {
    "names": "identity",
    "birth": "birth",
    "gender": "gender",
    "nationalities": "nationality",
    "contact": "contact",
}


def put(session: Session, case_id: UUID, parts: Mapping[str, Any]) -> None:
    """Store parts in place of what was stored; None removes a part."""
    row = session.get(Person, case_id) or Person(case_id=case_id)
    session.add(row)
    if "names" in parts:
        index(session, case_id, parts["names"] or ())
    for part_name, value in parts.items():
        place = Cell("persons", COLUMNS[part_name], case_id)
        sealed = None if value is None else encryption.of(session).seal(case_id, place, json.dumps(value))
        setattr(row, COLUMNS[part_name], sealed)


def part(session: Session, case_id: UUID, part_name: str) -> Any:
    """Return one part of a person, decrypted, or None if it is not known."""
    return _opened(session, session.get(Person, case_id), part_name)


def index(session: Session, case_id: UUID, coming: Iterable[Mapping[str, Any]] = ()) -> None:
    """Index a case by its stored names and by those about to be stored.

    The former names stay in the index until the next time, since this transaction may not commit.
    """
    both = [*coming, *(part(session, case_id, "names") or ())]
    encryption.of(session).index(case_id, BY_NAME, likeness.all_keys(name["name"] for name in both))


def _opened(session: Session, row: Person | None, part_name: str) -> Any:
    column = COLUMNS[part_name]
    sealed = getattr(row, column) if row is not None else None
    if row is None or sealed is None:
        return None
    return json.loads(encryption.of(session).unseal(row.case_id, Cell("persons", column, row.case_id), sealed))

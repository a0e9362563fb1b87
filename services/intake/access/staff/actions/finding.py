"""Search members of staff by name. Names are sealed, so the search opens a limited number of them at a time."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.access.staff.actions.reading import Asked, page
from services.intake.access.staff.schemas import SearchStaff
from shared.access.tokens import Principal
from shared.casework.likeness import words_of

#: The most names that one search opens, and the size of one page. The next search continues after them.
MOST_OPENED, AT_ONCE = 300, 100
#: A search ends after this number of matches.
ENOUGH: Final = 25


def find(session: Session, command: SearchStaff, now: datetime, *, by: Principal) -> dict[str, object]:
    """Find members of staff by the first letters of their names, among the names that the caller may see.

    Each word of the searched name begins a word of the name that is found.
    """
    wanted, today = words_of(command.name), now.date()
    found: list[Any] = []
    following = None if command.after is None else str(command.after)
    for _ in range(MOST_OPENED // AT_ONCE):
        place = None if following is None else UUID(following)
        members, following = page(session, Asked(), place, AT_ONCE, today, by=by)
        found += [member for member in members if _is_called(member["name"], wanted)]
        if following is None or len(found) >= ENOUGH:
            break
    return {"staff": found, "next": following}


def _is_called(name: object, wanted: list[str]) -> bool:
    words = words_of(name) if isinstance(name, str) else []
    return bool(wanted) and all(any(word.startswith(asked) for word in words) for asked in wanted)

"""The periods of a person's joined cases, as one reader can see them.

Stored periods follow from the facts of one case. A period that follows from several cases is derived here for each
reader, from the facts that they can see.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.permissions import Sight
from shared.deadlines.audiences import PERIODS
from shared.deadlines.derivation import LIVE, RESTING, Stored, derive
from shared.deadlines.facts import Fact, standing
from shared.deadlines.rows import as_known, row_of, stored_rows
from shared.deadlines.tables import LISTED
from shared.reference import Keeper
from shared.store.database import NamedRow

BirthMonth = Callable[[Session, UUID], str | None]
#: The data category of each fact, and of its codes that have another one.
_ACCOUNT: Final = "account"
_SAYS: Final[Mapping[str, str]] = {
    "dublin": "immigration",
    "challenge": "immigration",
    "foreigner": "identity",
    "age": "identity",
}


def sees_fact(sight: Sight, codes: Collection[str]) -> bool:
    """Return whether a reader can see a fact of a case with these codes, and therefore what follows from it."""
    return sight.has(_ACCOUNT) and all(sight.has(category) for code, category in _SAYS.items() if code in codes)


def sees_period(sight: Sight, code: str) -> bool:
    """Return whether a reader can see a period of a case, by its code. Only the lead sees one without an audience."""
    terms = PERIODS.get(code)
    return sight.categories is None or (terms is not None and sight.has(terms.category or _ACCOUNT))


def periods(
    session: Session,
    case: UUID,
    others: Mapping[UUID, Sight],
    now: datetime,
    *,
    keeper: Keeper | None,
    birth_month: BirthMonth,
    facts: Iterable[Fact] | None = None,
) -> list[NamedRow]:
    """Return the periods of a case and of those joined with it, as columns of `clocks` and in their order.

    `others`: what the reader can see of each of the other cases. `keeper`: whose legal periods, None: all. `facts`:
    the current facts of all these cases, if they have been read already.
    """
    cases = sorted((case, *others))
    seen = seen_of(standing(session, cases) if facts is None else facts, case, others)
    births = births_of(session, case, others, birth_month)
    before = stored_rows(session, cases)
    derived = as_known(derive(seen, now, keeper=keeper, births=births).periods, before)
    shown = [period for period in derived if period.subject == case or sees_period(others[period.subject], period.code)]
    rows = [row_of(period) for period in (*shown, *_own_without(before, derived, case))]
    return sorted(rows, key=lambda row: [(row[name] is None, row[name]) for name in _ORDER])


_ORDER: Final = [column.name for column in LISTED]


def seen_of(known: Iterable[Fact], case: UUID, others: Mapping[UUID, Sight]) -> list[Fact]:
    """Return the facts of joined cases that a reader of one of them can see."""
    return [fact for fact in known if fact.case == case or sees_fact(others[fact.case], fact.codes)]


def births_of(
    session: Session, case: UUID, others: Mapping[UUID, Sight], birth_month: BirthMonth
) -> dict[UUID, str | None]:
    """Return the month of birth by case, including those other cases in which the reader can see it."""
    cases = sorted((case, *others))
    return {
        each: birth_month(session, each) if each == case or others[each].has("identity") else None for each in cases
    }


def _own_without(before: Mapping[UUID, Stored], derived: list[Stored], case: UUID) -> list[Stored]:
    """Return the case's own stored periods that are not periods of the person: another one runs in their place."""
    ids = {period.id for period in derived}
    own = [period for period in before.values() if period.subject == case and period.id not in ids]
    return [replace(period, state=RESTING) if period.state in LIVE else period for period in own]

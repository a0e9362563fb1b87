"""Facts of one case and the periods that follow from them, without a database."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID, uuid5

from shared.deadlines.derivation import Period, derive
from shared.deadlines.facts import Fact

CASE = UUID("7c0f1f3e-4a54-4a0a-8a35-2f3d2f6a9d01")
_numbers = iter(range(1_000_000))


def fact(kind: str, happened: str, learnt: str | None = None, about: Fact | None = None, **codes: str) -> Fact:
    """Return a fact of the case with a new id."""
    identity = uuid5(CASE, str(next(_numbers)))
    return Fact(
        id=identity, case=CASE, kind=kind, happened=happened, learnt=learnt, about=about and about.id, codes=codes
    )


def periods(law: str, *facts: Fact, at: str = "2026-11-30", age: str = "adult") -> list[Period]:
    """Return the periods that follow from a case's facts under a law, on the evening of a day."""
    own = [fact("law", "2000-01-01", jurisdiction=law), fact("person", "2000-01-01", age=age), *facts]
    now = datetime.fromisoformat(f"{at}T18:00:00").replace(tzinfo=UTC)
    return list(derive(own, now, keeper=None).periods)


def only(periods_found: Iterable[Period], code: str, start: Fact | None = None) -> Period:
    """Return the only period of a rule, or of a rule and a starting fact."""
    (period,) = [
        period for period in periods_found if period.code == code and (start is None or period.start == start.id)
    ]
    return period


def shown(period: Period) -> tuple[str, str | None, str | None]:
    """Return the period's state, the date that is safe for the person, and the other date."""
    due, other = (day and day.due_on.isoformat() for day in (period.due, period.other))
    return period.state, due, other

"""A person's names, and their gender: a changed one keeps the earlier, with the day until which it was theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.reference.periods import earliest, latest

#: Kinds of which a new one takes the place of the one before; of the others several stand side by side.
REPLACED: Final = ("given", "family")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name and when it was theirs; the dates may be partial, or not known."""

    kind: str
    name: str
    since: str | None = None
    until: str | None = None

    @property
    def stands(self) -> bool:
        """Return whether the name is in use."""
        return self.until is None


def names(given: Iterable[Mapping[str, Any]], today: date) -> tuple[Name, ...]:
    """Return all the names of a person, checked. Raises `FactRefused`, whose message contains no name."""
    person_names = tuple(Name(**fields) for fields in given)
    if len(set(person_names)) != len(person_names):
        raise FactRefused("names", "each_name_once", "A name stands there twice; leave one of them out.")
    for name in person_names:
        not_in_future("names", name.since, today)
        not_in_future("names", name.until, today)
        if name.since and name.until and latest(name.until) < earliest(name.since):
            raise FactRefused(
                "names", "ended_after_it_began", "A name can't have ended before it began; check its dates."
            )
    return person_names


def changed(before: Iterable[Name], new: Name, today: date) -> tuple[Name, ...]:
    """Return the names with a new one added; the one that it replaces ends. Raises `FactRefused`, `StepForbidden`."""
    not_in_future("since", new.since, today)
    earlier_names = tuple(before)
    if any(name.stands and (name.kind, name.name) == (new.kind, new.name) for name in earlier_names):
        raise StepForbidden("name_is_new", "The person has this name already; nothing needs to be done.")
    return *(_ended(name, new, today) for name in earlier_names), new


def _ended(name: Name, new: Name, today: date) -> Name:
    if not name.stands or name.kind != new.kind or new.kind not in REPLACED:
        return name
    end = new.since or today.isoformat()
    if name.since and latest(end) < earliest(name.since):
        raise FactRefused(
            "since", "changed_after_it_began", "The name before began later than this one; check the day."
        )
    return replace(name, until=end)


def gender_kept(before: Mapping[str, Any] | None, new: str | None, today: date) -> dict[str, Any] | None:
    """Return a gender as it is stored, with `now` and `earlier`; None removes it and all earlier ones."""
    if new is None:
        return None
    if before is None or before["now"] == new:
        return {"now": new, "earlier": before["earlier"] if before else []}
    ended = {"gender": before["now"], "until": today.isoformat()}
    return {"now": new, "earlier": [*before["earlier"], ended]}

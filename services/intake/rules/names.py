"""A person's names, and their gender: a changed one keeps the earlier, with the day until which it was theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from services.intake.rules.dates import not_in_future
from services.intake.rules.refusals import FactRefused, StepForbidden
from shared.periods import earliest, latest

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
        """Tell whether it has not ended."""
        return self.until is None


def names(given: Iterable[Mapping[str, Any]], today: date) -> tuple[Name, ...]:
    """Read all the names of a person. Raises `FactRefused`; no name stands in what it says."""
    found = tuple(Name(**each) for each in given)
    if len(set(found)) != len(found):
        raise FactRefused("names", "each_name_once", "A name stands there twice; leave one of them out.")
    for each in found:
        not_in_future("names", each.since, today)
        not_in_future("names", each.until, today)
        if each.since and each.until and latest(each.until) < earliest(each.since):
            raise FactRefused(
                "names", "ended_after_it_began", "A name can't have ended before it began; check its dates."
            )
    return found


def changed(before: Iterable[Name], new: Name, today: date) -> tuple[Name, ...]:
    """Add a name; one whose place it takes stays, with its end. Raises `FactRefused` and `StepForbidden`."""
    not_in_future("since", new.since, today)
    kept = tuple(before)
    if any(each.stands and (each.kind, each.name) == (new.kind, new.name) for each in kept):
        raise StepForbidden("name_is_new", "The person has this name already; nothing needs to be done.")
    return *(_ended(each, new, today) for each in kept), new


def _ended(each: Name, new: Name, today: date) -> Name:
    if not each.stands or each.kind != new.kind or new.kind not in REPLACED:
        return each
    end = new.since or today.isoformat()
    if each.since and latest(end) < earliest(each.since):
        raise FactRefused(
            "since", "changed_after_it_began", "The name before began later than this one; check the day."
        )
    return replace(each, until=end)


def gender_kept(before: Mapping[str, Any] | None, new: str | None, today: date) -> dict[str, Any] | None:
    """Give a gender as it is stored, `now` and `earlier`; taken away, it is gone with all before it."""
    if new is None:
        return None
    if before is None or before["now"] == new:
        return {"now": new, "earlier": before["earlier"] if before else []}
    ended = {"gender": before["now"], "until": today.isoformat()}
    return {"now": new, "earlier": [*before["earlier"], ended]}

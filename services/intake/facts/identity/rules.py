"""Rules for a person's names and gender, for changes of age, and for access to former details. Pure.

A change keeps the earlier value and its end. A second person confirms a change of age: that is Casepath's own rule, no
law was found that requires one. Former details need a reason, which is valid for a time.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.intake.facts.case.rules import TEAM_ROLES, WORKERS, Access
from services.intake.facts.person.rules import CONFIRMED, REFUSED, WAITING, EndedGender, StoredGender, StoredName
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.likeness import MOST_WORDS_OF_PERSON, all_words
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference.periods import earliest, latest

#: The services that calculate a child's limits. Only they receive the month of a birth.
COUNTS_BIRTHDAYS: Final = frozenset(("legal",))

#: The kinds of names of which a new one replaces the earlier one. Several names of the other kinds are valid together.
REPLACED: Final = ("given", "family")

#: The parts of a person whose change is published, and its code (code list `changed_detail`).
TOLD: Final[Mapping[str, str]] = {"names": "name", "gender": "gender"}

#: The most names of one person. It bounds the size and the time of the index.
MOST_NAMES: Final = 50

_TOO_MANY_WORDS: Final = (
    f"These names have more than {MOST_WORDS_OF_PERSON} different words, which is more than a search can include. "
    "Leave out similar spellings: a search finds them anyway."
)

#: After this time every supervisor of an agency that a team member works for is notified of the change.
ESCALATES_AFTER: Final = timedelta(days=3)

ACCESS: Final[Access] = {
    # The classes of its fields decide which parts a role sees.
    "person.read": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.READING),
    "person.record": WORKERS,
    # It searches only cases of which the caller is a team member or supervisor.
    "person.search": dict.fromkeys((*TEAM_ROLES, "supervisor"), Need.ANY),
    "person.index": {"operator": Need.ANY},
    "birth_month.read": {"service": Need.ANY},
    "age.read": {**TEAM_ROLES, "supervisor": Need.READING},
    # `check_second` makes sure that this is a second person.
    "age.confirm": {"supervisor": Need.SUPERVISION},
    # These roles handle old papers: a decision, a file or a document in a former name.
    "former_details.read": {
        **dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser"), Need.TEAM),
        "supervisor": Need.SUPERVISION,
    },
    "former_details.search": dict.fromkeys(("caseworker", "outreach_worker", "legal_adviser", "supervisor"), Need.ANY),
}

#: Casepath's own period, by the domain's clock: as long as one works on a paper.
SHOWN_FOR: Final = timedelta(hours=24)

#: Casepath's own period: a search under an old name takes one sitting, or needs another reason.
SEARCHED_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name and when it was theirs; the dates may be partial or unknown."""

    kind: str
    name: str
    since: str | None = None
    until: str | None = None

    @property
    def stands(self) -> bool:
        """Return whether the name is in use."""
        return self.until is None


def standing(names: Iterable[StoredName]) -> list[StoredName]:
    """Return the names that are in use."""
    return [name for name in names if name["until"] is None]


def with_former(given: Iterable[Name], before: Iterable[Name]) -> list[Name]:
    """Return the stated names with the former ones, which stay because the caller does not see them."""
    new = list(given)
    return [*new, *(name for name in before if not name.stands and name not in new)]


def is_changed(part_name: str, before: Any, after: Any) -> bool:
    """Return whether a stored part of a person has changed, and was known before."""
    if not before or not after:
        return False
    if part_name == "gender":
        return bool(before["now"] != after["now"])
    was, now = ({(name["kind"], name["name"]) for name in standing(names)} for names in (before, after))
    official = [{(kind, name) for kind, name in names if kind in REPLACED} for names in (was, now)]
    return bool(official[0]) and official[0] != official[1]


def changed_details(names: Iterable[StoredName], earlier_genders: Collection[EndedGender]) -> list[str]:
    """Return which details of a person have former values (code list `changed_detail`)."""
    former = [name for name in names if name["until"] is not None]
    return [*(["name"] if former else []), *(["gender"] if earlier_genders else [])]


def check_may_have(kinds: Iterable[str], *, anonymous: bool) -> None:
    """Raise `StepForbidden` for a given or family name of a person who wants to stay without a name."""
    if anonymous and any(kind in REPLACED for kind in kinds):
        raise StepForbidden(
            "anonymous_holds_no_name",
            "The person wants to stay anonymous, so no name can be recorded. Record what they are called, or ask "
            "them again and record their choice.",
        )


def checked_names(given: Iterable[Name], today: date) -> tuple[Name, ...]:
    """Return all the names of a person, checked. Raises `FactRefused`, whose message contains no name."""
    person_names = tuple(given)
    if len(set(person_names)) != len(person_names):
        raise FactRefused("names", "each_name_once", "The same name is given twice. Leave one of them out.")
    if len(all_words(name.name for name in person_names)) > MOST_WORDS_OF_PERSON:
        raise FactRefused("names", "names_can_be_found", _TOO_MANY_WORDS)
    for name in person_names:
        not_in_future("names", name.since, today)
        not_in_future("names", name.until, today)
        if name.since and name.until and latest(name.until) < earliest(name.since):
            raise FactRefused("names", "ended_after_it_began", "The name ends before it begins. Check its dates.")
    return person_names


def changed(before: Iterable[Name], new: Name, today: date) -> tuple[Name, ...]:
    """Return the names with a new one added; the one that it replaces ends. Raises `FactRefused`, `StepForbidden`."""
    not_in_future("since", new.since, today)
    earlier_names = tuple(before)
    if any(name.stands and (name.kind, name.name) == (new.kind, new.name) for name in earlier_names):
        raise StepForbidden("name_is_new", "The person already has this name. Nothing needs to be done.")
    if len(earlier_names) >= MOST_NAMES:
        raise StepForbidden(
            "few_enough_names",
            f"The person already has {MOST_NAMES} names, which is the maximum. Record the names again without some "
            "of them.",
        )
    if len(all_words(name.name for name in (*earlier_names, new))) > MOST_WORDS_OF_PERSON:
        raise StepForbidden("names_can_be_found", _TOO_MANY_WORDS)
    return *(_ended(name, new, today) for name in earlier_names), new


def _ended(name: Name, new: Name, today: date) -> Name:
    if not name.stands or name.kind != new.kind or new.kind not in REPLACED:
        return name
    end = new.since or today.isoformat()
    if name.since and latest(end) < earliest(name.since):
        raise FactRefused(
            "since", "changed_after_it_began", "The previous name began later than this one. Check the day."
        )
    return replace(name, until=end)


def gender_kept(before: StoredGender | None, new: str | None, today: date) -> StoredGender | None:
    """Return the stored form of a gender, with `now` and `earlier`; None removes it and all earlier ones."""
    if new is None:
        return None
    if before is None or before["now"] == new:
        return {"now": new, "earlier": before["earlier"] if before else []}
    ended: EndedGender = {"gender": before["now"], "until": today.isoformat()}
    return {"now": new, "earlier": [*before["earlier"], ended]}


def check_second(state: str, *, proposed_by: UUID, by: UUID) -> None:
    """Raise `StepForbidden` if the change is not waiting, or if the user who stated it answers."""
    if state != WAITING:
        raise StepForbidden("change_waits", "This change of age was answered or replaced. Read the changes again.")
    if proposed_by == by:
        message = "The person who stated the age can't confirm it in any role. Ask another supervisor."
        raise StepForbidden("second_person", message)


def answered(*, confirms: bool, refusal: str | None) -> str:
    """Return the state of a change after a second person's answer. Raises `FactRefused`."""
    if confirms == (refusal is not None):
        raise FactRefused(
            "reason",
            "refusal_has_a_reason",
            "A refusal needs a reason, and other decisions have none. Send a reason with a refusal, or leave it out.",
        )
    return CONFIRMED if confirms else REFUSED


def stands(until: datetime | None, now: datetime) -> bool:
    """Return whether a reason is still valid; `until` is None if there is no reason."""
    return until is not None and now < until

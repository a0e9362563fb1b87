"""Rules for merges and links of cases, and for likely duplicates. Pure.

A merge is an alias: both cases keep their ids, keys, consents and history, and a wrong merge can be undone in full. The
exception is a referral to an agency that the person excluded in the other case: it is withdrawn at once. A legal period
runs once: it follows from the facts of both cases. Duplicates are proposed to staff who may see both cases; nothing is
merged automatically.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import Access, check_two_cases
from services.intake.facts.identity.rules import REPLACED
from services.intake.facts.person.rules import StoredName
from shared.access.permissions import Need
from shared.casework.likeness import CLOSENESS, closeness, words_of
from shared.casework.refusals import StepForbidden
from shared.reference.periods import earliest

ACCESS: Final[Access] = {
    # For both cases. A caller who may not merge one of them learns nothing about it.
    "case.merge": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    # Only among cases that the caller may see too.
    "duplicate.read": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    # Those who may merge: they see the possible duplicates of all their cases at once.
    "duplicate.queue": {"caseworker": Need.ANY, "supervisor": Need.ANY},
    "duplicate.decline": {"caseworker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "case.link": {"caseworker": Need.TEAM, "supervisor": Need.TEAM},
}


PROPOSED, DECLINED = "proposed", "declined"
#: Many people share a single name.
_ENOUGH_WORDS: Final = 2
Names = Sequence[StoredName]


def check_linked_once(*, linked: bool) -> None:
    """Raise `StepForbidden` if the two cases are already linked in this way."""
    if linked:
        raise StepForbidden("linked_once", "These cases are already linked in this way. Nothing needs to be done.")


def check_merge(kept_case: UUID, other: UUID, merged: Iterable[UUID]) -> None:
    """Check that two cases may be merged. `merged`: earlier merges that prevent it.

    The refusal reveals that one of the cases is merged already, even with a case that the caller may not see.
    Otherwise, cases that were never compared would be merged. It does not reveal which case that is. The laws may
    differ: each fact stays under the law of its case. Raises `FactRefused`, `StepForbidden`.
    """
    check_two_cases(kept_case, other)
    if set(merged):
        raise StepForbidden(
            "merged_once",
            "One of these cases is already merged with another case. Undo that merge first. If you can't see it, "
            "ask a supervisor.",
        )


def check_unmerge(*, over: bool) -> None:
    """Raise `StepForbidden` if a merge was undone before."""
    if over:
        raise StepForbidden("unmerged_once", "This merge was already undone. Nothing needs to be done.")


def matched(mine: Names, birth: str | None, theirs: Names, other_birth: str | None) -> tuple[str, ...]:
    """Return what matches of two people (code list `duplicate_match`); empty if they do not look like one.

    Births more than a year apart exclude a match. If one birth is unknown, two words of the names must be alike.
    """
    if birth and other_birth and abs(earliest(birth).year - earliest(other_birth).year) > 1:
        return ()
    same_birth = ("birth_year",) if birth and other_birth else ()
    match = _by_name(mine, theirs)
    if match is None:
        return ()
    how, words = match
    return (how, *same_birth) if words >= _ENOUGH_WORDS or same_birth else ()


# control: H-JOINED-5 duplicates-have-a-queue
def candidates(keys: Mapping[UUID, Collection[str]]) -> list[tuple[UUID, UUID]]:
    """Return the pairs of cases that share a key of their names, each pair once, in a steady order."""
    by_key: dict[str, list[UUID]] = {}
    for case in sorted(keys):
        for key in set(keys[case]):
            by_key.setdefault(key, []).append(case)
    return sorted({pair for cases in by_key.values() for pair in combinations(cases, 2)})


def _by_name(mine: Names, theirs: Names) -> tuple[str, int] | None:
    """Return how the shorter of two names matches the other, and its number of words; None if it does not."""
    asked, other = sorted((mine, theirs), key=lambda names: len(_words(names)))
    alike = closeness(_words(asked), _spelled(name for name in other if name["until"] is None))
    if alike is not None:
        return ("name" if alike == CLOSENESS[0] else "sounds_like"), len(_words(asked))
    for one, another in ((mine, theirs), (theirs, mine)):
        if closeness(_words(one), _spelled(another)) is not None:
            return "former_name", len(_words(one))
    return None


def _words(names: Names) -> list[str]:
    """Return the words of a person's current names; a nickname counts only if no other name is known."""
    standing = [name for name in names if name["until"] is None]
    official = [name for name in standing if name["kind"] in REPLACED]
    return list(dict.fromkeys(word for name in official or standing for word in words_of(name["name"])))


def _spelled(names: Iterable[StoredName]) -> list[str]:
    return [name["name"] for name in names]

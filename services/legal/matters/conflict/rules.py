"""The rules of conflicts of interest, when one person may be a party of two matters. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.legal.cases.case.rules import WORKERS, Access
from shared.access.permissions import Need
from shared.casework.likeness import CLOSENESS, closeness, keys_of, words_of
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement

ACCESS: Final[Access] = {
    "conflict.check": WORKERS,
    # The person who asked for a check never sees its result: it would reveal a matter of another client.
    "conflict.review": {"supervisor": Need.SUPERVISION},
    "conflict.list": {"supervisor": Need.ANY},
}
#: Time to decide a certain conflict. After it, every supervisor of the agency is responsible.
DECIDED_WITHIN: Final = timedelta(days=3)
MOST_PARTIES: Final = 60
MOST_NAMES: Final = 20
MOST_CHECKS: Final = 500
CLEAR, POSSIBLE, CONFLICT, BARRIER = "clear", "possible", "conflict", "barrier"
#: The answers of a reviewer. `possible` is a result only: the reviewer resolves it.
ANSWERS: Final = (CLEAR, CONFLICT, "waived", BARRIER)
#: Roles on the other side of a matter.
_OPPONENTS: Final = frozenset(
    ("respondent", "defendant", "accused", "suspect", "employer", "intermediary", "company_in_chain", "insurer")
)
#: Roles that the same person has in the matters of many clients.
_IN_OFFICE: Final = frozenset(
    (
        "authority",
        "prosecutor",
        "court",
        "interpreter",
        "intermediary_communication",
        "expert",
        "lawyer_other",
        "insurer",
    )
)
_VICTIMS: Final = frozenset(("client", "co_victim", "witness", "injured_party", "civil_party"))
#: Legal forms of companies, after transliteration. They are not part of the name.
_COMPANY_FORMS: Final = frozenset(
    (
        *("ab", "ad", "ag", "as", "bv", "co", "cv", "doo", "eood", "gmbh", "inc", "kft", "limited", "llc", "llp"),
        *("ltd", "nv", "ood", "ooo", "pfa", "plc", "sa", "sarl", "sas", "sc", "sl", "sp", "spa", "srl", "the", "tov"),
        *("vof", "zoo", "zrt", "oy"),
    )
)


@dataclass(frozen=True)
class NamedParty:
    """A party with all its names, decrypted only for the comparison."""

    id: UUID
    case: UUID
    file: UUID
    role: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """Two parties that may be the same person. `kind` is the kind of conflict that this would be."""

    party: NamedParty
    other: NamedParty
    kind: str
    alike: str
    is_whole: bool

    @property
    def result(self) -> str:
        """Return the result of a check that found only this hit."""
        is_sure = self.is_whole and self.alike != CLOSENESS[-1]
        return CONFLICT if self.kind == "client_is_opponent" and is_sure else POSSIBLE


def keys_of_names(names: Iterable[str]) -> set[str]:
    """Return the search keys of every word of all names of a party."""
    return {key for name in names for word in _words(name) for key in keys_of(word)}


def hits_between(parties: Iterable[NamedParty], others: Collection[NamedParty]) -> list[Hit]:
    """Return each pair of parties that may be the same person, with the conflict.

    Officials are ignored, because they appear in many matters.
    """
    return [hit for party in parties for other in others if (hit := _hit(party, other)) is not None]


def result_of(hits: Iterable[Hit]) -> str:
    """Return the result of a check: the worst of its hits."""
    results = {hit.result for hit in hits}
    return next((result for result in (CONFLICT, POSSIBLE) if result in results), CLEAR)


def found(check: UUID, day: date) -> Announcement:
    """Return the event that a certain conflict has waited for a decision since a day."""
    return Announcement("conflict.found", {"conflict": check, "found_on": day, "decide_by": day + DECIDED_WITHIN})


def escalated(check: UUID) -> Announcement:
    """Return the event that a certain conflict was not decided in time."""
    return Announcement("conflict.escalated", {"conflict": check})


def decided(check: UUID) -> Announcement:
    """Return the event that a supervisor decided on a certain conflict."""
    return Announcement("conflict.decided", {"conflict": check})


def check_answer(result: str | None, before: str | None, answer: str, apart: Sequence[UUID]) -> None:
    """Check a reviewer's decision. Raises `StepForbidden`, `FactRefused`."""
    if result is None:
        raise StepForbidden("check_is_made", "The conflict check is still running. Read the checks again in a moment.")
    if before is not None:
        raise StepForbidden(
            "check_is_open", "This conflict check was already decided. Request a new check if something changed."
        )
    if (answer == BARRIER) != bool(apart):
        raise FactRefused(
            "apart",
            "barrier_names_somebody",
            "A barrier needs the staff members whom it keeps apart, and other decisions have none. Send their ids, "
            "or leave them out.",
        )


def check_room(rows: int) -> None:
    """Raise `StepForbidden` if a matter already has the maximum number of parties."""
    if rows >= MOST_PARTIES:
        raise StepForbidden(
            "few_enough_parties", f"A matter has {MOST_PARTIES} parties at most. Open another matter for the others."
        )


def check_searchable(names: Iterable[str]) -> None:
    """Raise `FactRefused` for a name without a letter or digit: no search can find it."""
    if not all(words_of(name) for name in names):
        raise FactRefused(
            "names",
            "names_can_be_found",
            "The name has no letters or digits, so it can't be searched. Write the name in any script.",
        )


def _hit(party: NamedParty, other: NamedParty) -> Hit | None:
    kind = kind_of(party.role, other.role)
    if kind is None:
        return None
    alike, is_whole = _alike(party.names, other.names)
    return None if alike is None else Hit(party, other, kind, alike, is_whole)


def kind_of(role: str, other: str) -> str | None:
    """Return the conflict of having these roles in two matters (code list `conflict_kind`), or None."""
    roles = {role, other}
    if roles <= _IN_OFFICE:
        return None
    if "client" in roles and roles & _OPPONENTS:
        return "client_is_opponent"
    if roles == {"client"}:
        return "same_person"
    if roles <= _OPPONENTS:
        return "same_opponent"
    if roles <= _VICTIMS:
        return "co_victim"
    return "else_involved"


def _alike(names: Iterable[str], others: Collection[str]) -> tuple[str | None, bool]:
    """Return the closeness of the closest pair of names, and whether both have the same number of words."""
    closest = (len(CLOSENESS), 1)
    for name in names:
        for other in others:
            words, other_words = _words(name), _words(other)
            shorter, longer = sorted((words, other_words), key=len)
            alike = closeness(shorter, [" ".join(longer)])
            if alike is not None:
                closest = min(closest, (CLOSENESS.index(alike), int(len(shorter) != len(longer))))
    return (None, False) if closest[0] == len(CLOSENESS) else (CLOSENESS[closest[0]], not closest[1])


def _words(name: str) -> list[str]:
    words = words_of(name)
    return [word for word in words if word not in _COMPANY_FORMS] or words

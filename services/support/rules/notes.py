"""Notes of counselling and support: who writes and reads which kind, and how one is corrected."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from services.support.rules import FieldRefused

#: role -> the kinds of notes that it writes and reads. What was said in counselling stays with counsellors.
KINDS: Final[Mapping[str, frozenset[str]]] = {
    "counsellor": frozenset(("counselling", "assessment", "safety_plan", "contact", "other")),
    "support_worker": frozenset(("assessment", "safety_plan", "contact", "other")),
}


def kinds_of(roles: Collection[str]) -> frozenset[str]:
    """Return the kinds of notes that the roles write and read."""
    return frozenset().union(*(KINDS.get(role, frozenset()) for role in roles))


def writes(kind: str, roles: Collection[str]) -> None:
    """Check that somebody writes notes of a kind. Raises `FieldRefused`."""
    if kind not in kinds_of(roles):
        raise FieldRefused("kind", "kind_of_the_role", "Notes of this kind are written by others. Choose another kind.")


def corrects(*, exists: bool, superseded_by: UUID | None) -> None:
    """Check that a note to be corrected is there, seen by who corrects it, and stands. Raises `FieldRefused`."""
    if not exists:
        raise FieldRefused("corrects", "of_the_same_case", "This case has no such note for you. Read its notes again.")
    if superseded_by is not None:
        raise FieldRefused(
            "corrects", "corrects_what_stands", "That note was corrected already. Correct the note that took its place."
        )

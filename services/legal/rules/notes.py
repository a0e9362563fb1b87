"""Legal notes: what the person's advisers write for themselves. One is never edited, only corrected by a new one."""

from uuid import UUID

from services.legal.rules import FieldRefused


def belongs_to(field: str, *, exists: bool) -> None:
    """Check that what a note refers to is of the same case. Raises `FieldRefused`."""
    if not exists:
        raise FieldRefused(field, "of_the_same_case", "This case has no such record. Read the case again.")


def corrects(superseded_by: UUID | None) -> None:
    """Check that a note stands, so that corrections never fork. Raises `FieldRefused`."""
    if superseded_by is not None:
        raise FieldRefused(
            "corrects", "corrects_what_stands", "That note was corrected already. Correct the note that took its place."
        )

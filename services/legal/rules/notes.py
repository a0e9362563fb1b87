"""Legal notes: what the person's advisers write for themselves. One is never edited, only corrected by a new one."""

from uuid import UUID


class NoteRefused(Exception):
    """What a note refers to is not there, or not any more; `rule` names the rule."""

    status = 422
    retryable = False
    title = "Check the fields"

    def __init__(self, field: str, rule: str, message: str) -> None:
        """Keep the field, the rule's name and a sentence for a person."""
        super().__init__(message)
        self.errors = [{"field": field, "rule": rule, "message": message}]


def belongs_to(field: str, *, found: bool) -> None:
    """Check that what a note refers to is of the same case. Raises `NoteRefused`."""
    if not found:
        raise NoteRefused(field, "of_the_same_case", "This case has no such record. Read the case again.")


def corrects(superseded_by: UUID | None) -> None:
    """Check that a note stands, so that corrections never fork. Raises `NoteRefused`."""
    if superseded_by is not None:
        raise NoteRefused(
            "corrects", "corrects_what_stands", "That note was corrected already. Correct the note that took its place."
        )

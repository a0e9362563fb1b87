"""Store and read who the person is, sealed, and search by name among the cases that the caller may see.

Also: read and answer changes of age as a second person. No function commits.
"""

from services.intake.facts.identity.actions.recording import (
    BY_NAME,
    ON_TIMER,
    answer,
    birth_month_of,
    change_name,
    changes_of,
    findable,
    index_anew,
    known_of,
    may_find,
    names_shown,
    note_found,
    person_shown,
    read_person,
    record_person,
    search_by_name,
)

__all__ = [
    "BY_NAME",
    "ON_TIMER",
    "answer",
    "birth_month_of",
    "change_name",
    "changes_of",
    "findable",
    "index_anew",
    "known_of",
    "may_find",
    "names_shown",
    "note_found",
    "person_shown",
    "read_person",
    "record_person",
    "search_by_name",
]

"""What a reader sees of a legal file: who sees which class of fields."""

from shared.access.permissions import FieldClass, FieldVisibility, Need

#: Others than the person's own advisers see where things stand, and no emergency opens more.
SIGHT = FieldVisibility.seen_by(
    {
        FieldClass.BASIC: dict.fromkeys(("legal_adviser", "caseworker", "supervisor"), Need.READING),
        FieldClass.PRIVILEGED: {"legal_adviser": Need.TEAM},
    },
)

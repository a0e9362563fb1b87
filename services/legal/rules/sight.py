"""What a reader sees of a legal file: the class of every field, and who sees a class."""

from collections.abc import Mapping

from shared.access.permissions import FieldClass, FieldVisibility, Need

_CLOCK = (
    *("id", "code", "kind", "state", "says", "began_on", "due_on", "other_due_on", "paused_on"),
    *("late_filing_possible", "rule_version", "verify"),
)
#: class -> the parts of the file ("" is the file itself) -> their fields
_FIELDS: Mapping[FieldClass, Mapping[str, tuple[str, ...]]] = {
    FieldClass.BASIC: {
        "": ("id", "jurisdiction", "status", "version", "due_on"),
        "advice": ("id", "phase", "status", "given_on"),
        "clocks": _CLOCK,
        "matters": ("id", "remedy", "status", "opened_on", "applied_on", "late", "outcome", "decided_on", "paid_on"),
        "reconsiderations": ("id", "stage", "ground", "requested_on", "late"),
        "identification": (
            *("stage", "outcome", "authority", "occurred_on", "received_on", "made_elsewhere", "reconsidered"),
        ),
    },
    FieldClass.PRIVILEGED: {
        "advice": ("topics", "funding", "language", "interpreter"),
        "matters": ("amount_band", "currency"),
        "notes": ("id", "kind", "matter", "text", "written_by", "written_at", "superseded_by"),
    },
}
#: Others than the person's own advisers see where things stand, and no emergency opens more.
SIGHT = FieldVisibility.of(
    _FIELDS,
    {
        FieldClass.BASIC: dict.fromkeys(("legal_adviser", "caseworker", "supervisor"), Need.READING),
        FieldClass.PRIVILEGED: {"legal_adviser": Need.TEAM},
    },
)

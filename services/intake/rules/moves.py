"""Which records can be moved to another case when they were recorded on the wrong person, and why the others can't."""

from collections.abc import Mapping
from typing import Final

from services.intake.rules.refusals import StepForbidden

MOVABLE: Final = frozenset(("detection", "consent", "referral", "referral_in"))
DRAFT: Final = "draft"
#: record class -> what to do instead
STAYS: Final[Mapping[str, str]] = {
    "contact": "A contact is the case itself. Open a case for the other person, and close this one.",
    "person": "Record who the person is in each case anew; what was there stays in this case's history.",
    "safe_contact": "Set the rules of safe contact in the other case, and change them here.",
    "exclusion": "Take the exclusion back here and record it in the other case, with the person.",
    "entry_decision": "A decision is the person's own. Ask the right person, and annotate this one.",
    "identification": "A step has set periods running. Correct it here, record it there, and tell the authority.",
    "deadline": "A period follows what started it. Move or annotate that.",
    "account": "How often a person was asked is counted case by case. Annotate this one, and record the other.",
    "sharing": "The agency has heard, or may hear, of the wrong person. Have it decided anew, and told to the person.",
    "notification": "A report is not taken back here. Tell the body under the duty, and annotate this one.",
    "annotation": "An annotation goes with its record. Move the record.",
}
_ELSEWHERE: Final = "Another service keeps this record. Annotate it here, and record it there in the right case."


def movable(record_class: str) -> None:
    """Raise `StepForbidden` for a class of records that can't be moved, saying what to do instead."""
    if record_class not in MOVABLE:
        raise StepForbidden(f"{record_class}_stays", STAYS.get(record_class, _ELSEWHERE))


def referral_is_a_draft(state: str) -> None:
    """Raise `StepForbidden` for a referral that another agency has heard of."""
    if state != DRAFT:
        raise StepForbidden(
            "referral_has_left",
            "The agency has heard of the wrong person. Withdraw the referral, and prepare another in the right case.",
        )

"""The agencies that are notified of a correction or withdrawal, by the class of the record."""

from collections.abc import Mapping
from typing import Final

from shared.events.audience import Opening, by_code, kept_inside
from shared.events.openings import (
    ACCOUNT,
    ADVICE,
    AGE,
    AWARD,
    CONTACT,
    COUNSELLING,
    DETECTED,
    ENTRY,
    HEALTH,
    IDENTIFICATION,
    LIMIT,
    PLAN,
    RECONSIDERATION,
    RECOVERY,
    SAFE_CONTACT,
)

#: By the code list `record_class`. A class that is not listed is sent to no agency.
RECORDS: Final[Mapping[str, Opening]] = {
    "contact": CONTACT,
    "person": AGE,
    "safe_contact": SAFE_CONTACT,
    "detection": DETECTED,
    "entry_decision": ENTRY,
    "identification": IDENTIFICATION,
    "deadline": LIMIT,
    "account": ACCOUNT,
    "legal_advice": ADVICE,
    "compensation": AWARD,
    "award": AWARD,
    "reconsideration": RECONSIDERATION,
    "urgent_need": HEALTH,
    "service": HEALTH,
    "assessment": HEALTH,
    "plan": PLAN,
    "counselling": COUNSELLING,
    "recovery": RECOVERY,
    # Events about an agency's own consents, referrals and grounds reach only that agency.
    "consent": None,
    "referral": None,
    "referral_in": None,
    "sharing": None,
    # Agencies receive nothing about these.
    "exclusion": None,
    "annotation": None,
    "notification": None,
    "legal_note": None,
    "support_note": None,
    "alert": None,
    "alert_call": None,
    "measure": None,
    "safety_plan": None,
    "goal": None,
    "absence": None,
    "placement": None,
    "practical_help": None,
    "counselling_session": None,
    "counselling_request": None,
    "dependant": None,
    "entitlement": None,
    "transition": None,
    "check_in": None,
    "counselling_pause": None,
    "counselling_aim": None,
}
OF_RECORD: Final = by_code("record_class", RECORDS)
#: The reason for a correction stays within the team.
OF_CORRECTION: Final = by_code("record_class", RECORDS, kept_inside("reason"))

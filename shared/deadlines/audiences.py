"""The agencies that are notified of a period or a fact, by its code.

A code that is missing here is sent to no agency. No outside agency therefore learns of a new jurisdiction's periods
until an audience is declared for them. A test lists the missing codes.
"""

from collections.abc import Mapping
from typing import Final

from shared.events.audience import Opening, by_code
from shared.events.openings import (
    AGE,
    AWARD,
    CONTACT,
    DECISION_TIME,
    DETECTION,
    LIMIT,
    LIMIT_OF_RESIDENCE,
    MATTER,
    PRESUMPTION,
    RECONSIDERATION,
    RECOVERY,
    RECOVERY_BY_RESIDENCE,
    RESIDENCE,
    VOUCHER,
    VOUCHER_REQUEST,
    VOUCHER_TIME,
)

#: Periods, by the code list `clock_code`.
PERIODS: Final[Mapping[str, Opening]] = {
    "GB.RG": DECISION_TIME,
    "GB.RECONSIDER": DECISION_TIME,
    "GB.DISQUALIFIED_RECONSIDER": DECISION_TIME,
    "COE.RECOVERY_MIN": RECOVERY,
    "EU.COE_RECOVERY_MIN": RECOVERY,
    "GB.RECOVERY_MIN": RECOVERY,
    "NIR.RECOVERY_MIN": RECOVERY,
    "NL.REFLECTION_MAX": RECOVERY,
    "RO.RECOVERY_MAX": RECOVERY,
    "SCT.SUPPORT_MAX": RECOVERY,
    "GB.MOVEON_MIN": RECOVERY,
    # The code itself reveals that another state may have to examine the person's asylum claim.
    "NL.REFLECTION_DUBLIN_MAX": RECOVERY_BY_RESIDENCE,
    "GB.VTS_RECONSIDER": LIMIT_OF_RESIDENCE,
    "NL.OBJECTION": LIMIT_OF_RESIDENCE,
    "GB.JR": LIMIT,
    "GB.CICA": LIMIT,
    "GB.CIVIL_PI": LIMIT,
    "GB.CIVIL_CONTRACT": LIMIT,
    "GB.ET": LIMIT,
    "GB.ET_CONTRACT": LIMIT,
    "NIR.CICS": LIMIT,
    "NIR.CIVIL_PI": LIMIT,
    "NIR.TRIBUNAL": LIMIT,
    "NL.CIVIL": LIMIT,
    "NL.SCHADEFONDS": LIMIT,
    "RO.CIVIL": LIMIT,
    "RO.STATE_COMP": LIMIT,
    "SCT.CIVIL_PI": LIMIT,
    "RO.VOUCHER": VOUCHER_TIME,
    # Only between the person and the organisation that keeps the case.
    "PRIV.RIGHTS": None,
}
#: Facts, by the code list `fact_kind`.
FACTS: Final[Mapping[str, Opening]] = {
    # These have one audience for the kind: agencies that receive events about every stage that such a fact can have.
    "submission": VOUCHER_REQUEST,
    "decision": PRESUMPTION,
    "step": PRESUMPTION,
    "reconsideration_requested": RECONSIDERATION,
    "first_incident": DETECTION,
    "last_incident": DETECTION,
    "exploitation_ended": DETECTION,
    "work_ended": DETECTION,
    "crime_reported": DETECTION,
    "discovery": MATTER,
    "judgment_final": MATTER,
    "claim": MATTER,
    "conciliation_begun": MATTER,
    "conciliation_certified": MATTER,
    "conciliation_open": MATTER,
    "award_paid": AWARD,
    "objection_made": RESIDENCE,
    "residence_refused": RESIDENCE,
    "residence_requested": RESIDENCE,
    "voucher_given": VOUCHER,
    "person": AGE,
    "law": CONTACT,
    # The period's own events contain the result of these.
    "period_opened": None,
    "period_closed": None,
    "extension": None,
    "pause": None,
    "resumption": None,
    # Only between the person, the data protection authority and the organisation that keeps the case.
    "rights_request": None,
    "rights_answer": None,
    "breach": None,
    "breach_notified": None,
}
OF_PERIOD: Final = by_code("code", PERIODS)
OF_FACT: Final = by_code("kind", FACTS)

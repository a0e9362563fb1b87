"""Which agencies are told of a period or a fact, by which period or fact it is.

A code that is missing here opens nothing: of a new jurisdiction's periods nobody outside is told until somebody says
who may be. A test names the codes that are missing.
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
    # That it is this one says that somebody else may have to examine the person's asylum.
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
    # Between the person and who keeps the case.
    "PRIV.RIGHTS": None,
}
#: Facts, by the code list `fact_kind`.
FACTS: Final[Mapping[str, Opening]] = {
    # These go by their kind, whatever their stage: to who hears of each stage that they may be of.
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
    # Of what these change, the period's own events tell.
    "period_opened": None,
    "period_closed": None,
    "extension": None,
    "pause": None,
    "resumption": None,
    # Between the person, the authority for data protection and who keeps the case.
    "rights_request": None,
    "rights_answer": None,
    "breach": None,
    "breach_notified": None,
}
OF_PERIOD: Final = by_code("code", PERIODS)
OF_FACT: Final = by_code("kind", FACTS)

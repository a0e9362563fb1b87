"""The agencies that are notified of a period or a fact, by its code.

A code that is missing here is sent to no agency. No outside agency therefore learns of a new jurisdiction's periods
until its profile states an audience for them. `./casepath reference check` lists the missing ones.
"""

from collections.abc import Mapping
from typing import Final

from shared.events.audience import Opening, by_code, kept_inside
from shared.events.openings import (
    AGE,
    AWARD,
    CONTACT,
    DETECTION,
    LIMIT_OF_RESIDENCE,
    MATTER,
    OF_PROFILES,
    PRESUMPTION,
    RECONSIDERATION,
    RESIDENCE,
    VOUCHER,
    VOUCHER_REQUEST,
    WAGE_MATTER,
    WORK,
)
from shared.reference import period_audiences

# control: H-CONFIDENTIALITY-12 no-audience-unless-stated
#: Periods, by the code list `clock_code`, as their profiles state.
PERIODS: Final[Mapping[str, Opening]] = {code: OF_PROFILES[audience] for code, audience in period_audiences().items()}
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
    "work_ended": WORK,
    "crime_reported": DETECTION,
    "discovery": MATTER,
    "judgment_final": MATTER,
    "claim": MATTER,
    "conciliation_begun": WAGE_MATTER,
    "conciliation_certified": WAGE_MATTER,
    "conciliation_open": WAGE_MATTER,
    "challenge_made": MATTER,
    "challenge_decided": MATTER,
    "authority_act": MATTER,
    "prosecution_brought": MATTER,
    "trial_begun": MATTER,
    "trial_ended": MATTER,
    "sentenced": MATTER,
    "wages_withheld": WORK,
    "claim_decided": AWARD,
    "award_paid": AWARD,
    "objection_made": RESIDENCE,
    "residence_refused": RESIDENCE,
    "residence_requested": RESIDENCE,
    "asylum_refused": LIMIT_OF_RESIDENCE,
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
#: When the person learnt of a decision is evidence against them if they challenge it late.
OF_FACT: Final = by_code("kind", FACTS, kept_inside("learnt"))

"""The roles that record and read facts, and the kinds that legal records."""

from typing import Final

from services.legal.cases.case.rules import READERS, WORKERS, Access

ACCESS: Final[Access] = {"fact.record": WORKERS, "fact.correct": WORKERS, "fact.read": READERS}
#: Excluded: facts that are recorded with a matter (`claim`, `claim_decided`) or a reconsideration, and facts of intake.
KINDS: Final = frozenset(
    (
        "asylum_refused",
        "authority_act",
        "award_paid",
        "challenge_decided",
        "challenge_made",
        "conciliation_begun",
        "conciliation_certified",
        "conciliation_open",
        "crime_reported",
        "discovery",
        "exploitation_ended",
        "extension",
        "first_incident",
        "judgment_final",
        "last_incident",
        "objection_made",
        "pause",
        "period_closed",
        "period_opened",
        "prosecution_brought",
        "residence_refused",
        "residence_requested",
        "resumption",
        "sentenced",
        "trial_begun",
        "trial_ended",
        "voucher_given",
        "wages_withheld",
        "work_ended",
    )
)

"""The rules of the legal file: the roles, the legal bases for keeping it, and the entries of the timeline.

Most entries of the timeline are in the lane of justice.
"""

from collections.abc import Iterable
from typing import Final

from services.legal.cases.case.rules import READERS, WORKERS, Access
from shared.casework.timeline_dates import Dated, dated_facts

#: Giving a copy shows the whole file.
ACCESS: Final[Access] = {"case.read": READERS, "copy.give": WORKERS}

#: A claim can reopen: by an appeal, a demand to pay back, or a complaint about the work.
_CLAIMED = frozenset(("applied", "decided"))

_PAID = "paid"

_JUSTICE: Final = "justice"

#: The facts that advisers record separately, by the lane of their entries.
FACTS: Final = {
    "detection": (
        "first_incident",
        "last_incident",
        "exploitation_ended",
        "work_ended",
        "crime_reported",
        "wages_withheld",
    ),
    "identification": ("residence_requested", "residence_refused", "objection_made", "asylum_refused"),
    "support": ("voucher_given",),
    _JUSTICE: (
        *("discovery", "judgment_final", "award_paid", "conciliation_begun", "conciliation_open"),
        *("conciliation_certified", "extension", "pause", "resumption", "period_opened", "period_closed"),
        *("challenge_made", "challenge_decided", "authority_act", "prosecution_brought", "trial_begun", "trial_ended"),
        *("sentenced", "claim_decided"),
    ),
}

DATES: Final = (
    Dated(part="advice", what="legal_advice", lane=_JUSTICE, at=("given_on",), values=("phase", "status")),
    Dated(
        part="advice_requests", what="legal_advice", lane=_JUSTICE, at=("asked_on",), step="asked", values=("topics",)
    ),
    Dated(
        part="advice_requests", what="legal_advice", lane=_JUSTICE, at=("ended_on",), step="ended", values=("ended",)
    ),
    Dated(part="follow_ups", what="legal_advice", lane=_JUSTICE, at=("done_on",), step="met", values=("kind",)),
    Dated(
        part="rights_explained",
        what="legal_advice",
        lane=_JUSTICE,
        at=("explained_on",),
        step="answered",
        values=("code",),
    ),
    Dated(part="matters", what="compensation", lane=_JUSTICE, at=("opened_on",), step="opened", values=("remedy",)),
    Dated(part="matters", what="compensation", lane=_JUSTICE, at=("applied_on",), step="applied", values=("remedy",)),
    Dated(
        part="matters",
        what="compensation",
        lane=_JUSTICE,
        at=("decided_on",),
        step="decided",
        values=("remedy", "outcome"),
    ),
    Dated(part="matters", what="compensation", lane=_JUSTICE, at=("paid_on",), step="paid", values=("remedy",)),
    Dated(part="awards", what="award", lane=_JUSTICE, at=("awarded_on",), values=("remedy", "state")),
    Dated(
        part="reconsiderations",
        what="reconsideration",
        lane=_JUSTICE,
        at=("requested_on",),
        values=("stage", "ground"),
    ),
    *dated_facts(
        FACTS,
        (
            *("kind", "clock:clock_code", "stage:identification_stage", "outcome", "remedy", "offender"),
            "result:compensation_outcome",
            *("right", "ground"),
        ),
        until="until",
    ),
)

#: Parts of the file without entries: the clocks are the deadlines, and intake's timeline has the identification.
WITHOUT_ENTRIES: Final = frozenset(("actions", "etags", "clocks", "corrections", "identification"))


def keeping_basis(statuses: Iterable[str]) -> str | None:
    """Return the basis on which a case's matters are kept, by their statuses; None if there is none."""
    matter_statuses = set(statuses)
    if matter_statuses & _CLAIMED:
        return "legal_claims"
    return "accounting" if _PAID in matter_statuses else None

"""What a person's copy has of referrals, without those to an agency that they were not informed of."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.referral.actions.packages import packages_of
from services.intake.sharing.actions import untold_of

#: Staff ids in a referral.
_STAFF: Final = ("made_by", "returned_to")


def copied(session: Session, case: UUID, view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the topic's part of a person's copy, from the view of the case: referrals and their packages.

    A package is in no class of records: the person gets it, and no demand can disclose it.
    """
    untold = untold_of(session, case)
    referrals = [
        {name: value for name, value in referral.items() if name not in _STAFF}
        for referral in view["referrals"]
        if (referral["agency"], referral["purpose"]) not in untold
    ]
    return {"referrals": referrals, "packages": packages_of(session, case, untold)}

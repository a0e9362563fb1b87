"""What a person's copy has of referrals, without those to an agency that they were not informed of."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.referral.actions.packages import packages_of
from services.intake.sharing.actions import untold_of
from shared.store.database import NamedRow


def copied(session: Session, case: UUID, referrals: Iterable[NamedRow]) -> dict[str, object]:
    """Return the topic's parts of a person's copy: of these referrals those that they may know of, and the packages.

    A package is in no class of records: the person gets it, and no demand can disclose it.
    """
    untold = untold_of(session, case)
    shown = [referral for referral in referrals if (referral["agency"], referral["purpose"]) not in untold]
    return {"referrals": shown, "packages": packages_of(session, case, untold)}

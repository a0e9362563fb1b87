"""What a person's copy has of referrals, without those to an agency that they were not informed of."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.referral.actions.packages import packages_of
from services.intake.sharing.actions import untold_of
from shared.store.database import NamedRow


def copied(session: Session, case: UUID, referrals: Iterable[NamedRow], steps: Iterable[NamedRow]) -> dict[str, object]:
    """Return the topic's parts of a person's copy: of these referrals those that they may know of, and the packages.

    `steps`: of the referrals; an agency's answer to one that is not recorded is shown unless it may tell of another.

    A package is in no class of records: the person gets it, and no demand can disclose it.
    """
    untold = untold_of(session, case)
    shown = [referral for referral in referrals if (referral["agency"], referral["purpose"]) not in untold]
    shown_ids, untold_agencies = {referral["id"] for referral in shown}, {agency for agency, _purpose in untold}
    shown_steps = [
        step
        for step in steps
        if step["referral_id"] in shown_ids or (step["referral_id"] is None and step["agency"] not in untold_agencies)
    ]
    return {"referrals": shown, "referral_steps": shown_steps, "packages": packages_of(session, case, untold)}

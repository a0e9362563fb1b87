"""The referrals in a person's copy, without those of which the person is not informed."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from services.intake.agencies.consent.actions.sharings import untold_of
from services.intake.agencies.referral.actions.packages import packages_of
from shared.store.database import NamedRow


def copied(session: Session, case: UUID, referrals: Iterable[NamedRow], steps: Iterable[NamedRow]) -> dict[str, object]:
    """Return the parts of a person's copy: the referrals and steps of which the person may know, and the packages.

    An agency's answer to a referral that is not recorded is shown, unless it may reveal a hidden one. A package is in
    no class of records: the person receives it, and no demand can disclose it.
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

"""React to changes in coverage: send waiting referrals, withdraw uncovered ones, await answers to withdrawals."""

from sqlalchemy.orm import Session

from services.intake.agencies.consent.hooks import Coverage
from services.intake.agencies.consent.models import Consent
from services.intake.agencies.consent.rules import answer_due
from services.intake.agencies.referral.actions.referrals import withdraw_uncovered
from services.intake.agencies.referral.actions.settling import release
from services.intake.agencies.referral.actions.withdrawals import sent_on


def follow_widened(session: Session, coverage: Coverage) -> None:
    """Send the referrals that waited for a consent or a sharing."""
    release(session, coverage.case, coverage.agency, coverage.now)


def follow_narrowed(session: Session, coverage: Coverage) -> None:
    """Withdraw the referrals that no consent and no sharing covers now."""
    withdraw_uncovered(session, coverage.case, coverage.agency, coverage.purposes, coverage.now)


def follow_withdrawn(session: Session, consent: Consent) -> None:
    """Await the answer of an agency that received a referral under the withdrawn consent."""
    if consent.withdrawn_on is not None and consent.answer_due_on is None and sent_on(session, consent):
        consent.answer_due_on = answer_due(consent.withdrawn_on)

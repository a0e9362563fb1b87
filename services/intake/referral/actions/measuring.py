"""How many referrals wait for an answer: for whoever watches the installation."""

from typing import Final

from sqlalchemy import func, select

from services.intake.referral.models import Referral
from shared.store.measuring import Measure
from shared.telemetry import metrics

MEASURES: Final = (
    Measure(
        metrics.referrals_unanswered,
        select(func.count()).where(Referral.state.in_(("sent", "received", "information_requested", "wait_listed"))),
    ),
)

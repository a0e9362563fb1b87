"""The number of referrals that wait for an answer, for the operator's monitoring."""

from typing import Final

from sqlalchemy import func, select

from services.intake.agencies.referral.models import Referral
from shared.store.measuring import Measure
from shared.telemetry import metrics

MEASURES: Final = (
    Measure(
        metrics.referrals_unanswered,
        select(func.count()).where(Referral.state.in_(("sent", "received", "information_requested", "wait_listed"))),
    ),
)

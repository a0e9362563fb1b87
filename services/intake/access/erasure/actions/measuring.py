"""Measure how long ordered erasures have waited for their holders, for the operator."""

from typing import Final

from sqlalchemy import func, select

from services.intake.access.erasure.models import ErasureRequest
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics

MEASURES: Final = (
    Measure(
        metrics.erasure_awaited_age,
        select(age_of(func.min(ErasureRequest.ordered_at))).where(ErasureRequest.state == "ordered"),
    ),
)

"""Metrics for operators: the number of unacknowledged alerts, and the age of the oldest."""

from typing import Final

from sqlalchemy import func, select

from services.support.risks.alert.models import Alert
from shared.store.measuring import Measure, age_of
from shared.telemetry import metrics

_WAIT = Alert.acknowledged_at.is_(None) & Alert.ended_at.is_(None)

MEASURES: Final = (
    Measure(metrics.alerts_unacknowledged, select(func.count()).where(_WAIT)),
    Measure(metrics.alert_age, select(age_of(func.min(Alert.raised_at))).where(_WAIT)),
)

"""Safeguarding alerts: raise (`raising`; `heeding` for records), call (`calling`), return and show (`telling`)."""

from services.support.risks.alert.actions.beside import alerts_beside, reasons_beside
from services.support.risks.alert.actions.calling import correct_alert_call, record_alert_call
from services.support.risks.alert.actions.heeding import HEEDING, take_up_danger
from services.support.risks.alert.actions.measuring import MEASURES
from services.support.risks.alert.actions.raising import (
    ON_TIMER,
    acknowledge,
    acknowledge_from_afar,
    correct_alert,
    end_alert,
    escalate,
    raise_alert,
    raise_for_danger,
)
from services.support.risks.alert.actions.returning import RETURNING
from services.support.risks.alert.actions.telling import alerts_for, marks, newest, taken

REACTIONS = (*HEEDING, *RETURNING)

__all__ = [
    "MEASURES",
    "ON_TIMER",
    "REACTIONS",
    "acknowledge",
    "acknowledge_from_afar",
    "alerts_beside",
    "alerts_for",
    "correct_alert",
    "correct_alert_call",
    "end_alert",
    "escalate",
    "marks",
    "newest",
    "raise_alert",
    "raise_for_danger",
    "reasons_beside",
    "record_alert_call",
    "take_up_danger",
    "taken",
]

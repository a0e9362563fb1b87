"""What one can do in support, one function each: load, decide, store, announce. None commits."""

from services.support.actions.alerts import ON_TIMER, acknowledge, alerts_for, raise_alert, take_up_danger
from services.support.actions.cases import lock, relation, version, view
from services.support.actions.counselling import end_counselling, start_counselling
from services.support.actions.following import (
    note_urgent_needs,
    project_cases,
    project_recoveries,
    project_team,
    support_after_minimum,
)
from services.support.actions.notes import notes_of, write_note
from services.support.actions.work import agree_plan, complete_assessment, deliver_service

__all__ = [
    "ON_TIMER",
    "acknowledge",
    "agree_plan",
    "alerts_for",
    "complete_assessment",
    "deliver_service",
    "end_counselling",
    "lock",
    "note_urgent_needs",
    "notes_of",
    "project_cases",
    "project_recoveries",
    "project_team",
    "raise_alert",
    "relation",
    "start_counselling",
    "support_after_minimum",
    "take_up_danger",
    "version",
    "view",
    "write_note",
]

"""What one can do in support, one function each: load, decide, store, announce. None commits."""

from services.support.actions.cases import lock, relation, version, view
from services.support.actions.counselling import end_counselling, start_counselling
from services.support.actions.following import (
    note_urgent_needs,
    project_cases,
    project_recoveries,
    project_team,
    support_after_minimum,
)
from services.support.actions.work import agree_plan, complete_assessment, deliver_service

__all__ = [
    "agree_plan",
    "complete_assessment",
    "deliver_service",
    "end_counselling",
    "lock",
    "note_urgent_needs",
    "project_cases",
    "project_recoveries",
    "project_team",
    "relation",
    "start_counselling",
    "support_after_minimum",
    "version",
    "view",
]

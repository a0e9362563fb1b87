"""Actions about the official path: load, decide, store, announce. None commits."""

from services.intake.path.identification.actions.first_responders import (
    ask_first_responder,
    correct_first_responder,
    record_answer,
)
from services.intake.path.identification.actions.steps import (
    PROJECTIONS,
    correct_step,
    correct_step_fact,
    decide_entry,
    extend_clock,
    record_step,
    settle,
    status_of,
    with_corrections,
)

__all__ = [
    "PROJECTIONS",
    "ask_first_responder",
    "correct_first_responder",
    "correct_step",
    "correct_step_fact",
    "decide_entry",
    "extend_clock",
    "record_answer",
    "record_step",
    "settle",
    "status_of",
    "with_corrections",
]

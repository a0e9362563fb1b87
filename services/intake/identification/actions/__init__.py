"""Actions about the official path: load, decide, store, announce. None commits."""

from services.intake.identification.actions.first_responders import (
    ask_first_responder,
    correct_first_responder,
    record_answer,
)
from services.intake.identification.actions.steps import (
    PROJECTIONS,
    correct_step,
    counting_steps_of,
    decide_entry,
    extend_clock,
    put_step_right,
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
    "counting_steps_of",
    "decide_entry",
    "extend_clock",
    "put_step_right",
    "record_answer",
    "record_step",
    "settle",
    "status_of",
    "with_corrections",
]

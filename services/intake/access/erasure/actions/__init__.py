"""Actions about erasure and legal holds: load, decide, store, announce. None commits."""

from typing import Final

from services.intake.access.erasure.actions import holds, requests
from services.intake.access.erasure.actions.answers import (
    answer_letter,
    answered_erasures,
    erasures_of,
    overdue_erasures,
    show_erasure,
)
from services.intake.access.erasure.actions.holds import holds_of, lift_hold, place_hold
from services.intake.access.erasure.actions.measuring import MEASURES
from services.intake.access.erasure.actions.orders import REACTIONS, acknowledge, answers_of, erase, receive_answer
from services.intake.access.erasure.actions.requests import (
    check_erasure,
    confirm_erasure,
    decide_erasure,
    request_erasure,
)
from shared.deadlines import timers

ON_TIMER: Final[timers.Handlers] = {**requests.ON_TIMER, **holds.ON_TIMER}

__all__ = [
    "MEASURES",
    "ON_TIMER",
    "REACTIONS",
    "acknowledge",
    "answer_letter",
    "answered_erasures",
    "answers_of",
    "check_erasure",
    "confirm_erasure",
    "decide_erasure",
    "erase",
    "erasures_of",
    "holds_of",
    "lift_hold",
    "overdue_erasures",
    "place_hold",
    "receive_answer",
    "request_erasure",
    "show_erasure",
]

"""Parties of matters, and the conflict checks after a party or an adviser is added."""

from services.legal.matters.conflict.actions.checking import ON_TIMER, ask_anew, checks_shown
from services.legal.matters.conflict.actions.parties import add_member, add_party, parties_shown
from services.legal.matters.conflict.actions.reviewing import answer_check, forget, to_review

__all__ = [
    "ON_TIMER",
    "add_member",
    "add_party",
    "answer_check",
    "ask_anew",
    "checks_shown",
    "forget",
    "parties_shown",
    "to_review",
]

"""Actions about requests to be contacted: load, decide, store, announce. None commits."""

from services.intake.cases.contact_request.actions.keeping import MEASURES, ON_TIMER
from services.intake.cases.contact_request.actions.opening import open_case_of_request
from services.intake.cases.contact_request.actions.person import change, request_contact, state_of, withdraw
from services.intake.cases.contact_request.actions.staff import details_of, give_back, page, settle, shown, take

__all__ = [
    "MEASURES",
    "ON_TIMER",
    "change",
    "details_of",
    "give_back",
    "open_case_of_request",
    "page",
    "request_contact",
    "settle",
    "shown",
    "state_of",
    "take",
    "withdraw",
]

"""Read, register and change members of staff, and handle proposals and leavers. No function commits."""

from services.intake.access.staff.actions.finding import find
from services.intake.access.staff.actions.leaving import ON_TIMER as ON_LEAVING_TIMER
from services.intake.access.staff.actions.leaving import leave
from services.intake.access.staff.actions.proposing import ON_TIMER as ON_PROPOSAL_TIMER
from services.intake.access.staff.actions.proposing import (
    answer_proposal,
    begin_or_propose_supervision,
    described,
    waiting,
)
from services.intake.access.staff.actions.proposing import page as proposals
from services.intake.access.staff.actions.reading import me, member_of, names_of, page, unnamed
from services.intake.access.staff.actions.registering import change, register, register_first
from shared.deadlines.timers import Handlers

ON_TIMER: Handlers = {**ON_LEAVING_TIMER, **ON_PROPOSAL_TIMER}

__all__ = [
    "ON_TIMER",
    "answer_proposal",
    "begin_or_propose_supervision",
    "change",
    "described",
    "find",
    "leave",
    "me",
    "member_of",
    "names_of",
    "page",
    "proposals",
    "register",
    "register_first",
    "unnamed",
    "waiting",
]

"""Actions about the members of staff: load, decide, store, announce. None commits."""

from services.intake.staff.actions.leaving import ON_TIMER, leave
from services.intake.staff.actions.reading import me, member_of, page, unnamed
from services.intake.staff.actions.registering import change, locked, register, register_first

__all__ = [
    "ON_TIMER",
    "change",
    "leave",
    "locked",
    "me",
    "member_of",
    "page",
    "register",
    "register_first",
    "unnamed",
]

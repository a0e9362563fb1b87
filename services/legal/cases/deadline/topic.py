"""Routes that change a deadline by a decision, and the reaction that asks intake for the birth again."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.cases.deadline import actions, events, hooks, rules, schemas
from shared.casework.inquiries import Inquirer, Inquiring
from shared.deadlines import timer_handlers
from shared.http import get, post
from shared.runtime.topics import Topic

_CLOCK: Final = f"{CASE}/clocks/<uuid:clock>"


#: Asks intake for the month of birth.
_BIRTHS: Final = Inquiring(
    actions.INQUIRY, actions.SOURCE, actions.ADDRESS, lock=CASES.lock, answered=actions.take_over_birth
)

TOPIC: Final = Topic(
    __name__,
    routes=(
        post("clock.change", f"{_CLOCK}/pause", actions.pause_clock, changes=True, reply=schemas.PausedClock),
        post("clock.change", f"{_CLOCK}/resumption", actions.resume_clock, changes=True, reply=schemas.ResumedClock),
        post("clock.change", f"{_CLOCK}/extension", actions.extend_clock, changes=True, reply=schemas.ResumedClock),
        get("case.read", f"{_CLOCK}/explanation", actions.explain_deadline, reply=schemas.DeadlineExplanation),
    ),
    access=rules.ACCESS,
    events=events.EVENTS,
    hooks=(hooks.ADOPTED,),
    timers=timer_handlers(actions.KEEPING, actions.adopt),
    loops=(lambda database, emits, feeds: Inquirer(database, emits, feeds, _BIRTHS),),
    reactions=actions.REACTIONS,
)

"""Routes that change a clock by decision, and the reaction that asks intake for the birth again."""

from typing import Final

from services.legal.cases.case.models import CASES
from services.legal.cases.case.topic import CASE
from services.legal.cases.deadline import actions, events, rules, schemas
from services.legal.cases.deadline import actions as birth
from shared.casework.inquiries import Inquirer, Inquiring
from shared.deadlines import Decided, timer_handlers
from shared.http import Call, CallWith, Reply, get, route
from shared.runtime.topics import Topic

_CLOCK: Final = f"{CASE}/clocks/<uuid:clock>"


@route(
    "POST", f"{_CLOCK}/pause", action="clock.change", body=schemas.PauseClock, changes=True, reply=schemas.PausedClock
)
def pause_clock(call: CallWith[schemas.PauseClock]) -> Reply:
    """Record that a period's time stands still, where its rule knows that."""
    clock = call.path["clock"]
    decided = actions.pause_clock(call.session, call.case, clock, call.command, call.now, by=call.principal)
    return Reply({"id": clock, "status": "paused", "has_effect": decided.has_effect})


@route(
    "POST",
    f"{_CLOCK}/resumption",
    action="clock.change",
    body=schemas.ResumeClock,
    changes=True,
    reply=schemas.ResumedClock,
)
def resume_clock(call: CallWith[schemas.ResumeClock]) -> Reply:
    """Record that a paused period runs on."""
    clock = call.path["clock"]
    decided = actions.resume_clock(call.session, call.case, clock, call.command, call.now, by=call.principal)
    return _due(call, decided)


@route(
    "POST",
    f"{_CLOCK}/extension",
    action="clock.change",
    body=schemas.ExtendClock,
    changes=True,
    reply=schemas.ResumedClock,
)
def extend_clock(call: CallWith[schemas.ExtendClock]) -> Reply:
    """Record that a period was extended to a later day, where its rule knows that."""
    clock = call.path["clock"]
    decided = actions.extend_clock(call.session, call.case, clock, call.command, call.now, by=call.principal)
    return _due(call, decided)


def _due(call: Call, decided: Decided) -> Reply:
    reply = {"id": call.path["clock"], "due_on": decided.due_on, "has_effect": decided.has_effect}
    return Reply(reply)


#: Asks intake when the person was born.
_BIRTHS: Final = Inquiring(
    birth.INQUIRY, birth.SOURCE, birth.ADDRESS, lock=CASES.lock, answered=actions.take_over_birth
)

TOPIC: Final = Topic(
    __name__,
    routes=(get("case.read", f"{_CLOCK}/explanation", actions.explain_deadline, reply=schemas.DeadlineExplanation),),
    access=rules.ACCESS,
    events=events.EVENTS,
    timers=timer_handlers(actions.KEEPING),
    loops=(lambda database, emits, feeds: Inquirer(database, emits, feeds, _BIRTHS),),
    reactions=actions.REACTIONS,
)

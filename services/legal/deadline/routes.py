"""Routes that change a clock by decision."""

from datetime import date
from typing import Final

from services.legal.case.routes import CASE
from services.legal.deadline import actions, schemas
from shared.http import Call, CallWith, Reply, route

_CLOCK: Final = f"{CASE}/clocks/<uuid:clock>"


@route(
    "POST", f"{_CLOCK}/pause", action="clock.change", body=schemas.PauseClock, changes=True, reply=schemas.PausedClock
)
def pause_clock(call: CallWith[schemas.PauseClock]) -> Reply:
    """Record that a period's time stands still, where its rule knows that."""
    version = actions.pause_clock(call.session, call.case, call.path["clock"], call.command, call.now)
    return Reply({"id": call.path["clock"], "status": "paused"}, version=version)


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
    due_on, version = actions.resume_clock(call.session, call.case, call.path["clock"], call.command, call.now)
    return _due(call, due_on, version)


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
    version = actions.extend_clock(call.session, call.case, call.path["clock"], call.command, call.now)
    return _due(call, call.command.until, version)


def _due(call: Call, due_on: date | None, version: int) -> Reply:
    return Reply({"id": call.path["clock"], "due_on": due_on}, version=version)

"""Routes that change a clock by decision."""

from datetime import date
from typing import Final

from services.legal.case.routes import CASE
from services.legal.deadline import actions, schemas
from shared.http import Call, Reply, route

_CLOCK: Final = f"{CASE}/clocks/<uuid:clock>"


@route("POST", f"{_CLOCK}/pause", action="clock.change", body=schemas.PauseClock, changes=True)
def pause_clock(call: Call) -> Reply:
    """Record that a period's time stands still, where its rule knows that."""
    version = actions.pause_clock(call.session, call.case, call.path["clock"], call.body, call.now)
    return Reply({"id": str(call.path["clock"]), "status": "paused"}, version=version)


@route("POST", f"{_CLOCK}/resumption", action="clock.change", body=schemas.ResumeClock, changes=True)
def resume_clock(call: Call) -> Reply:
    """Record that a paused period runs on."""
    due_on, version = actions.resume_clock(call.session, call.case, call.path["clock"], call.body, call.now)
    return _due(call, due_on, version)


@route("POST", f"{_CLOCK}/extension", action="clock.change", body=schemas.ExtendClock, changes=True)
def extend_clock(call: Call) -> Reply:
    """Record that a period was extended to a later day, where its rule knows that."""
    version = actions.extend_clock(call.session, call.case, call.path["clock"], call.body, call.now)
    return _due(call, call.body["until"], version)


def _due(call: Call, due_on: date | None, version: int) -> Reply:
    return Reply({"id": str(call.path["clock"]), "due_on": due_on and due_on.isoformat()}, version=version)

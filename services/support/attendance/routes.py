"""Routes for sessions of counselling."""

from typing import Final

from services.support.attendance import actions, schemas
from services.support.case.routes import CASE
from shared.http import CallWith, Reply, route

_SESSIONS: Final = f"{CASE}/counselling-sessions"
_SESSION: Final = f"{_SESSIONS}/<uuid:sitting>"


@route(
    "POST", _SESSIONS, action="session.record", body=schemas.RecordSession, creates=True, part="counselling_sessions"
)
def record_session(call: CallWith[schemas.RecordSession]) -> Reply:
    """Record a session of counselling, planned or held."""
    sitting, version = actions.record_session(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=sitting, version=version)


@route("POST", f"{_SESSION}/attendance", action="session.attend", body=schemas.AttendSession, creates=True)
def attend_session(call: CallWith[schemas.AttendSession]) -> Reply:
    """Record whether the person came to a session that was planned; staying away ends nothing."""
    sitting = call.path["sitting"]
    version = actions.attend_session(call.session, call.case, sitting, call.command, call.now, by=call.principal)
    return Reply(status=201, created=sitting, version=version)


@route("POST", f"{_SESSION}/correction", action="session.correct", body=schemas.CorrectSession, creates=True)
def correct_session(call: CallWith[schemas.CorrectSession]) -> Reply:
    """Put a session right, or take it back; what it said before is kept."""
    correction, version = actions.correct_session(
        call.session, call.case, call.path["sitting"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)

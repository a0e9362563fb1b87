"""Routes for counselling."""

from services.support.case.routes import CASE
from services.support.counselling import actions, schemas
from shared.http import CallWith, Reply, route


@route(
    "POST",
    f"{CASE}/counselling",
    action="counselling.start",
    body=schemas.StartCounselling,
    creates=True,
    part="counselling",
)
def start_counselling(call: CallWith[schemas.StartCounselling]) -> Reply:
    """Start a course of counselling."""
    course, alike, version = actions.start_counselling(
        call.session, call.case, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=course, alike=alike, version=version)


@route(
    "POST",
    f"{CASE}/counselling/<uuid:course>/ending",
    action="counselling.end",
    body=schemas.EndCounselling,
    changes=True,
    reply=schemas.ChangedCourse,
    part="counselling/{course}",
)
def end_counselling(call: CallWith[schemas.EndCounselling]) -> Reply:
    """End a course of counselling; the person may come back."""
    version = actions.end_counselling(
        call.session, call.case, call.path["course"], call.command, call.now, by=call.principal
    )
    return Reply({"id": call.path["course"], "version": version}, version=version)


@route(
    "POST",
    f"{CASE}/counselling/<uuid:course>/correction",
    action="counselling.correct",
    body=schemas.CorrectCourse,
    creates=True,
)
def correct_course(call: CallWith[schemas.CorrectCourse]) -> Reply:
    """Put a course of counselling right, or take it back; what it said before is kept."""
    correction, version = actions.correct_course(
        call.session, call.case, call.path["course"], call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)

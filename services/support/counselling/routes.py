"""Routes for counselling."""

from typing import Final

from services.support.case.routes import CASE
from services.support.counselling import actions, schemas
from shared.http import CallWith, Reply, route

_PAUSE: Final = f"{CASE}/counselling-pauses/<uuid:pause>"


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
    made = actions.start_counselling(call.session, call.case, call.command, call.now, by=call.principal)
    return Reply(status=201, created=made.id, alike=made.alike, version=made.version)


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


@route(
    "POST",
    f"{CASE}/counselling/<uuid:course>/pauses",
    action="counselling.pause",
    body=schemas.PauseCourse,
    creates=True,
    part="counselling_pauses",
)
def pause_course(call: CallWith[schemas.PauseCourse]) -> Reply:
    """Record that the person takes a rest from a course; their place is kept."""
    course = call.path["course"]
    pause, version = actions.pause_course(call.session, call.case, course, call.command, call.now, by=call.principal)
    return Reply(status=201, created=pause, version=version)


@route("POST", f"{_PAUSE}/asking", action="counselling.ask_again", body=schemas.AskAgain, creates=True)
def ask_again(call: CallWith[schemas.AskAgain]) -> Reply:
    """Record that they were asked whether they want to go on, and pause for longer."""
    pause = call.path["pause"]
    version = actions.ask_again(call.session, call.case, pause, call.command, call.now, by=call.principal)
    return Reply(status=201, created=pause, version=version)


@route("POST", f"{_PAUSE}/return", action="counselling.return", body=schemas.ReturnToCourse, creates=True)
def return_to_course(call: CallWith[schemas.ReturnToCourse]) -> Reply:
    """Record that they are back in their course: there is no new request, and no new wait."""
    pause = call.path["pause"]
    version = actions.return_to_course(call.session, call.case, pause, call.command, call.now, by=call.principal)
    return Reply(status=201, created=pause, version=version)


@route("POST", f"{_PAUSE}/correction", action="counselling.correct_pause", body=schemas.CorrectPause, creates=True)
def correct_pause(call: CallWith[schemas.CorrectPause]) -> Reply:
    """Put a pause right, or take it back; what it said before is kept."""
    pause = call.path["pause"]
    correction, version = actions.correct_pause(
        call.session, call.case, pause, call.command, call.now, by=call.principal
    )
    return Reply(status=201, created=correction, version=version)

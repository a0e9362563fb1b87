"""Routes for counselling."""

from services.support.case.routes import CASE
from services.support.counselling import actions, schemas
from shared.http import CallWith, Reply, route


@route("POST", f"{CASE}/counselling", action="counselling.start", body=schemas.StartCounselling, creates=True)
def start_counselling(call: CallWith[schemas.StartCounselling]) -> Reply:
    """Start a course of counselling."""
    course, version = actions.start_counselling(call.session, call.case, call.command, call.now)
    return Reply(status=201, created=course, version=version)


@route(
    "POST",
    f"{CASE}/counselling/<uuid:course>/ending",
    action="counselling.end",
    body=schemas.EndCounselling,
    changes=True,
    reply=schemas.ChangedCourse,
)
def end_counselling(call: CallWith[schemas.EndCounselling]) -> Reply:
    """End a course of counselling; the person may come back."""
    version = actions.end_counselling(call.session, call.case, call.path["course"], call.command, call.now)
    return Reply({"id": call.path["course"], "version": version}, version=version)
